namespace VirtTools.CommandLine.Output;

/// <summary>Fields of comma-separated values (RFC 4180), quoted where the original quotes.</summary>
internal static class CsvField
{
    /// <summary>The field, in quotes if it holds a space, a comma, a quote or a newline; quotes inside are doubled.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(" \",\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
}
