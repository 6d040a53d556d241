using System.Globalization;
using System.Text;
using System.Text.Json;
using VirtTools.Wire;

namespace VirtTools.GuestTests.Conformance;

/// <summary>Holds the result of a call against what the facts say.</summary>
internal static class Expectation
{
    private const long TypeMask = 0xF000; // S_IFMT, inode(7)

    /// <summary>Fails unless the result is as the check says.</summary>
    public static void Hold(JsonElement check, object? result)
    {
        if (check.TryGetProperty("all", out var all))
        {
            foreach (var one in all.EnumerateArray())
                Hold(one, result);
            return;
        }

        var kind = check.GetProperty("check").GetString();
        switch (kind)
        {
            case "success":
                break;
            case "streq":
                Assert.Equal(Text(check, "value"), Assert.IsType<string>(result));
                break;
            case "true":
                Assert.True(Assert.IsType<bool>(result));
                break;
            case "false":
                Assert.False(Assert.IsType<bool>(result));
                break;
            case "int":
                HoldNumber(check, result);
                break;
            case "is_string_list" or "is_device_list":
                Assert.Equal(check.GetProperty("values").EnumerateArray().Select(item => item.GetString()!), Assert.IsAssignableFrom<IEnumerable<string>>(result));
                break;
            case "compare_buffers":
                Assert.Equal(Encoding.Latin1.GetBytes(Text(check, "value"))[..check.GetProperty("length").GetInt32()], Assert.IsType<byte[]>(result));
                break;
            case "check_hash":
                Assert.Equal(Text(check, "value"), Entry(check, result));
                break;
            case "match_re_key":
                Assert.Matches(Text(check, "pattern"), Entry(check, result));
                break;
            case "field_int":
                HoldNumber(check, Field(check, result));
                break;
            case "mode_bits":
                Assert.Equal(check.GetProperty("value").GetInt64(), Field(check, result) & check.GetProperty("mask").GetInt64());
                break;
            case "mode_type":
                Assert.Equal(FileType(Text(check, "type")), Field(check, result) & TypeMask);
                break;
            default:
                throw new NotSupportedException($"conformance.json has a check that this test does not know: {kind}");
        }
    }

    private static void HoldNumber(JsonElement check, object? result)
    {
        var number = Convert.ToInt64(result, CultureInfo.InvariantCulture);
        var value = check.GetProperty("value").GetInt64();
        switch (Text(check, "op"))
        {
            case "==":
                Assert.Equal(value, number);
                break;
            case ">":
                Assert.True(number > value, $"{number} is not greater than {value}");
                break;
            case var other:
                throw new NotSupportedException($"conformance.json compares with {other}, which this test does not know");
        }
    }

    private static string Entry(JsonElement check, object? result)
    {
        var key = Text(check, "key");
        var entries = Assert.IsAssignableFrom<IEnumerable<KeyValuePair<string, string>>>(result).ToList();
        Assert.Contains(key, entries.Select(entry => entry.Key));
        return entries.Single(entry => entry.Key == key).Value;
    }

    /// <summary>A field of a structure by its name in the protocol.</summary>
    private static long Field(JsonElement check, object? result)
    {
        var name = Text(check, "field");
        Assert.NotNull(result);
        var fields = (IEnumerable<(string Name, object? Value)>)typeof(StructCodecs).GetMethod("Fields", [result.GetType()])!.Invoke(null, [result])!;
        return Convert.ToInt64(fields.Single(field => field.Name == name).Value, CultureInfo.InvariantCulture);
    }

    private static long FileType(string name) => name switch
    {
        "FIFO" => 0x1000,
        "CHR" => 0x2000,
        "DIR" => 0x4000,
        "BLK" => 0x6000,
        "REG" => 0x8000,
        "LNK" => 0xA000,
        _ => throw new NotSupportedException($"conformance.json names a file type that this test does not know: {name}"),
    };

    private static string Text(JsonElement check, string property) => check.GetProperty(property).GetString()!;
}
