namespace VirtTools.Daemon.Inspection.Applications.Sqlite;

/// <summary>
/// Reads the rows of a table in a database of SQLite 3 (sqlite.org, "Database File Format"): enough for the lists of packages that guests keep
/// in one, in bounded memory and time whatever the file says.
/// </summary>
/// <param name="file">The database.</param>
/// <param name="log">Its write-ahead log, which has what the database does not yet have; null for none.</param>
internal sealed class SqliteDatabase(GuestFile file, GuestFile? log = null)
{
    /// <summary>What the name of the write-ahead log has beyond that of the database.</summary>
    public const string LogSuffix = "-wal";

    private const uint SchemaPage = 1;
    private const int MostSchemaRows = 10_000;

    /// <summary>Columns of the table that lists all tables.</summary>
    private static readonly string[] SchemaColumns = ["type", "name", "tbl_name", "rootpage", "sql"];

    /// <summary>The rows of a table by their number; none where there is no such table or no database.</summary>
    public IEnumerable<SqliteRow> Rows(string table)
    {
        if (SqlitePages.Open(file, log) is not { } pages)
        {
            yield break;
        }

        var tree = new SqliteTree(pages);
        var found = tree.Records(SchemaPage).Take(MostSchemaRows)
            .Select(record => new SqliteRow(SchemaColumns, SqliteRecord.Parse(record, pages.Encoding)))
            .FirstOrDefault(row => row.Text("type") == "table" && row.Text("name") == table);
        if (found?.Value("rootpage") is not (long and > 0 and <= uint.MaxValue and var root))
        {
            yield break;
        }

        var columns = SqliteColumns.Parse(found.Text("sql"));
        foreach (var record in tree.Records((uint)root))
        {
            yield return new(columns, SqliteRecord.Parse(record, pages.Encoding));
        }
    }
}

/// <summary>A row of a table.</summary>
internal sealed class SqliteRow(string[] columns, List<object?> values)
{
    /// <summary>The value of a column: null, a long, a string or bytes; a number with a fraction counts as null.</summary>
    public object? Value(string column)
    {
        var index = Array.IndexOf(columns, column);
        return index >= 0 && index < values.Count ? values[index] : null;
    }

    /// <summary>The text of a column; empty where it is none.</summary>
    public string Text(string column) => Value(column) as string ?? "";
}
