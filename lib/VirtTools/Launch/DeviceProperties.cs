using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VirtTools.Launch;

/// <summary>Properties of a device or block node, in QEMU's two notations.</summary>
internal static class DeviceProperties
{
    /// <summary>As a JSON object, for QMP and <c>-blockdev</c>. Values are strings, whole numbers and booleans.</summary>
    public static string Json(IEnumerable<(string Name, object Value)> properties)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in properties)
            {
                switch (value)
                {
                    case int number:
                        writer.WriteNumber(name, number);
                        break;
                    case bool flag:
                        writer.WriteBoolean(name, flag);
                        break;
                    default:
                        writer.WriteString(name, (string)value);
                        break;
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>As <c>driver,name=value</c>, for <c>-device</c>: older QEMU takes no JSON there. A comma in a value is doubled.</summary>
    public static string Option(IEnumerable<(string Name, object Value)> properties)
    {
        var option = new StringBuilder();
        foreach (var (name, value) in properties)
        {
            option.Append(option.Length == 0 ? "" : $",{name}=");
            option.Append(Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace(",", ",,"));
        }

        return option.ToString();
    }
}
