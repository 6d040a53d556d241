using System.Buffers;
using System.Text;
using System.Text.Json;

namespace VirtTools.Launch;

/// <summary>Arguments of monitor commands.</summary>
internal static class Json
{
    /// <summary>A JSON object with the members that are written.</summary>
    public static string Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
