using System.Text.Json;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Output;

/// <summary>Names in JSON, which is text, though names are bytes.</summary>
internal static class JsonName
{
    /// <summary>
    /// Writes property <paramref name="property"/>; where the name is no UTF-8, invalid bytes show as U+FFFD and a second property,
    /// <c>...Base64</c>, holds the exact bytes.
    /// </summary>
    public static void Write(Utf8JsonWriter json, string property, string name)
    {
        if (ByteString.IsValidUtf8(name))
        {
            json.WriteString(property, name);
            return;
        }

        var bytes = ByteString.GetBytes(name);
        json.WriteString(property, System.Text.Encoding.UTF8.GetString(bytes));
        json.WriteBase64String(property + "Base64", bytes);
    }
}
