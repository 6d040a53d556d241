using System.IO.Compression;
using VirtTools.Posix;
using VirtTools.Tests.CommandLine;

namespace VirtTools.Tests.Commands;

/// <summary>Our XML against the schema that Debian's guestfs-tools carries.</summary>
public sealed class InspectionSchemaTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SchemaFact]
    public async Task Windows_is_valid()
    {
        using var guest = InspectedFake.Windows();

        Validate((await guest.PrintAsync()).Output);
    }

    [SchemaFact]
    public async Task Linux_with_all_that_a_package_can_say_is_valid()
    {
        using var guest = new InspectedFake
        {
            Osinfo = "debian12",
            Icon = [.. Enumerable.Range(0, 200).Select(i => (byte)i)],
            Applications = () => [new("a", "b", 1, "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"), InspectedFake.Application("<&>\x01")],
        };
        guest.Text("inspect_get_distro", "debian").Text("inspect_get_package_format", "deb").Text("inspect_get_package_management", "apt")
            .Pairs("inspect_get_mountpoints", ("/", "/dev/sda2"), ("/é", "/dev/\"<é>"));

        Validate((await guest.PrintAsync()).Output);
    }

    [SchemaFact]
    public async Task System_without_a_name_is_not()
    {
        using var guest = new InspectedFake("unknown");

        Assert.False(Judge((await guest.PrintAsync()).Output).IsSuccess);
    }

    private void Validate(string xml)
    {
        var verdict = Judge(xml);
        Assert.True(verdict.IsSuccess, verdict.ErrorText + xml);
    }

    private CompletedProcess Judge(string xml)
    {
        var schema = Path.Combine(_folder.Path, "schema");
        using (var packed = new GZipStream(File.OpenRead(SchemaFactAttribute.Schema), CompressionMode.Decompress))
        using (var unpacked = File.Create(schema))
        {
            packed.CopyTo(unpacked);
        }

        var document = Path.Combine(_folder.Path, "document");
        File.WriteAllText(document, xml);
        return ChildProcess.Run([SchemaFactAttribute.Program, "--noout", "--relaxng", schema, document], new());
    }
}

/// <summary>A test that needs the original's schema, and xmllint to read it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SchemaFactAttribute : FactAttribute
{
    public const string Schema = "/usr/share/doc/guestfs-tools/virt-inspector.rng.gz";
    public const string Program = "/usr/bin/xmllint";

    public SchemaFactAttribute() => Skip = File.Exists(Schema) && File.Exists(Program) ? null! : "guestfs-tools or libxml2-utils is not installed";
}
