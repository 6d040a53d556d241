using System.Reflection;
using System.Text;
using System.Text.Json;
using VirtTools.Api.Tests.Facts;
using VirtTools.Api.Tests.Wire;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.Api.Tests.Declarations;

/// <summary>Each struct is read from bytes that a small encoder of the tests makes by the facts, and must hold what was put in.</summary>
public sealed class StructDeclarationTests
{
    public static TheoryData<string> Names => new(StructCases.All.Select(c => c.Name));

    [Fact]
    public void Every_struct_declared_has_a_case() =>
        Assert.Equal(
            typeof(GuestActions).Assembly.GetTypes().Select(t => t.GetCustomAttribute<WireStructAttribute>()?.Name).OfType<string>().Order(),
            StructCases.All.Select(c => c.Name).Order());

    [Fact]
    public void Every_struct_that_an_action_returns_is_declared() =>
        Assert.All(ActionTable.All.Select(a => a.Result.Struct).OfType<string>(), name => Assert.Contains(StructCases.All, c => c.Name == name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Struct_is_read_in_the_order_of_the_facts(string name)
    {
        var fields = Fields(name);
        var values = fields.Select((f, i) => (f.Name, Value: Sample(f, i))).ToArray();
        var message = Encode(fields, values.Select(v => v.Value));

        var (read, left) = StructCases.Find(name).Read(message);

        Assert.Equal(0, left);
        Assert.Equal(values.Select(Comparable), StructCases.Find(name).Fields(read).Select(Comparable));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Struct_is_written_as_it_is_read(string name)
    {
        var fields = Fields(name);
        var message = Encode(fields, fields.Select(Sample));
        var (read, _) = StructCases.Find(name).Read(message);

        using var writer = new XdrWriter();
        StructCases.Find(name).Write(writer, read);

        Assert.Equal(message, writer.Written.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_device_fields_are_translated(string name)
    {
        var fields = Fields(name);
        var (read, _) = StructCases.Find(name).Read(Encode(fields, fields.Select(Sample)));

        var mapped = StructCases.Find(name).Fields(StructCases.Find(name).MapDevices(read, _ => "/dev/translated"));

        Assert.Equal(
            fields.Where(f => f.Type == "FDevice").Select(f => f.Name),
            mapped.Where(f => f.Value is "/dev/translated").Select(f => f.Name));
    }

    [Fact]
    public void Structs_are_public_unless_the_facts_say_otherwise()
    {
        foreach (var type in typeof(GuestActions).Assembly.GetTypes())
        {
            if (type.GetCustomAttribute<WireStructAttribute>() is { } attribute)
            {
                Assert.Equal(FactFile.Structs[attribute.Name].GetProperty("public").GetBoolean(), type.IsPublic);
            }
        }
    }

    private static (string Name, string Type, string Xdr)[] Fields(string name) =>
        [.. FactFile.Structs[name].GetProperty("fields").EnumerateArray().Select(f => (f.Text("name")!, f.Text("type")!, f.Text("xdr")!))];

    private static (string, object?) Comparable((string Name, object? Value) field) =>
        (field.Name, field.Value is byte[] bytes ? Convert.ToHexString(bytes) : field.Value);

    private static object? Sample((string Name, string Type, string Xdr) field, int index) => field.Type switch
    {
        "FUUID" => new string((char)('a' + index), 32),
        "FBuffer" => Encoding.ASCII.GetBytes($"bytes {index}"),
        "FChar" => (char)('A' + index),
        "FOptPercent" => index % 2 == 0 ? null : index + 0.5f,
        _ => field.Xdr switch
        {
            "string<>" => $"text {index}",
            "int" => -index - 1,
            "unsigned int" => 0x8000_0000u + (uint)index,
            "uint64_t" => 0x8000_0000_0000_0000ul + (ulong)index,
            _ => -1_000_000_000_000L - index,
        },
    };

    private static byte[] Encode(IEnumerable<(string Name, string Type, string Xdr)> fields, IEnumerable<object?> values)
    {
        var bytes = new List<byte>();
        foreach (var (field, value) in fields.Zip(values))
        {
            bytes.AddRange(value switch
            {
                string text when field.Xdr == "opaque[32]" => Encoding.ASCII.GetBytes(text),
                string text => Counted(Encoding.ASCII.GetBytes(text)),
                byte[] buffer => Counted(buffer),
                char letter => BigEndian(BitConverter.GetBytes((int)letter)),
                null => BigEndian(BitConverter.GetBytes(-1f)),
                float number => BigEndian(BitConverter.GetBytes(number)),
                int number => BigEndian(BitConverter.GetBytes(number)),
                uint number => BigEndian(BitConverter.GetBytes(number)),
                ulong number => BigEndian(BitConverter.GetBytes(number)),
                _ => BigEndian(BitConverter.GetBytes((long)value)),
            });
        }

        return [.. bytes];
    }

    private static byte[] BigEndian(byte[] bytes)
    {
        Array.Reverse(bytes);
        return bytes;
    }

    private static byte[] Counted(byte[] bytes) =>
        [.. BigEndian(BitConverter.GetBytes(bytes.Length)), .. bytes, .. new byte[-bytes.Length & 3]];
}
