using System.Globalization;
using System.Text.Json;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Lvm;

/// <summary>One line of a report of lvm: name of the field → text.</summary>
internal sealed class LvmReportRow(IReadOnlyDictionary<string, string> fields)
{
    private const int UuidLength = 32;

    /// <summary>The text of a field; empty where lvm left it out.</summary>
    public string Text(string field) => fields.GetValueOrDefault(field, "");

    /// <summary>A number; -1 where lvm has none.</summary>
    public long Number(string field) =>
        long.TryParse(Text(field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>A share in percent; null where lvm has none.</summary>
    public float? Percent(string field) =>
        float.TryParse(Text(field), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) ? percent : null;

    /// <summary>A UUID as the wire holds it: 32 characters without hyphens, spaces where there is none.</summary>
    public string Uuid(string field)
    {
        var plain = Text(field).Replace("-", "", StringComparison.Ordinal);
        return plain.Length >= UuidLength ? plain[..UuidLength] : plain.PadRight(UuidLength);
    }
}

/// <summary>Reads what <c>lvm ... --reportformat json</c> prints. Names in it come from the disks, so nothing is taken for granted.</summary>
internal static class LvmReport
{
    /// <summary>Reads all rows of all reports.</summary>
    /// <exception cref="DaemonException">EIO: not such a report.</exception>
    public static List<LvmReportRow> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var rows = new List<LvmReportRow>();
            foreach (var report in document.RootElement.GetProperty("report").EnumerateArray())
            {
                foreach (var kind in report.EnumerateObject())
                {
                    foreach (var row in kind.Value.EnumerateArray())
                    {
                        rows.Add(Row(row));
                    }
                }
            }

            return rows;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DaemonException("EIO", $"the report of lvm cannot be read: {e.Message}");
        }
    }

    private static LvmReportRow Row(JsonElement row)
    {
        var fields = new Dictionary<string, string>();
        foreach (var field in row.EnumerateObject())
        {
            fields[field.Name] = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
        }

        return new(fields);
    }
}
