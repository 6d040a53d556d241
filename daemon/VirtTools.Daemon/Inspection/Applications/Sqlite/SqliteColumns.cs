namespace VirtTools.Daemon.Inspection.Applications.Sqlite;

/// <summary>The names of a table's columns, taken from the statement that made it.</summary>
internal static class SqliteColumns
{
    private const int MostColumns = 2000; // SQLITE_MAX_COLUMN

    private static readonly string[] Constraints = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

    /// <summary>The first words between the outermost parentheses, one for each part that is no constraint.</summary>
    public static string[] Parse(string statement)
    {
        var columns = new List<string>();
        var depth = 0;
        var start = -1;
        for (var i = 0; i < statement.Length && columns.Count < MostColumns; i++)
        {
            var c = statement[i];
            if (c is '\'' or '"' or '`')
            {
                var end = statement.IndexOf(c, i + 1);
                i = end < 0 ? statement.Length : end;
            }
            else if (c == '(' && ++depth == 1)
            {
                start = i + 1;
            }
            else if ((c == ')' && --depth == 0) || (c == ',' && depth == 1))
            {
                Add(columns, statement.AsSpan(start, i - start));
                start = i + 1;
                if (depth == 0)
                {
                    break;
                }
            }
        }

        return [.. columns];
    }

    private static void Add(List<string> columns, ReadOnlySpan<char> definition)
    {
        definition = definition.Trim();
        var end = definition.IndexOfAny(" \t\r\n(");
        var word = (end < 0 ? definition : definition[..end]).ToString();
        if (!Constraints.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            columns.Add(word.Trim('"', '`', '[', ']', '\''));
        }
    }
}
