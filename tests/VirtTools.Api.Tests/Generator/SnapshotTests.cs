using System.Runtime.CompilerServices;

namespace VirtTools.Api.Tests.Generator;

/// <summary>
/// What the generator emits for a small API, word for word. After a change that is meant, run these tests with ACCEPT_SNAPSHOTS=1 and read the
/// difference of the files.
/// </summary>
public sealed class SnapshotTests
{
    private static readonly Lazy<GeneratorRun> s_run = new(() => GeneratorRun.Of(SmallApi.Source));

    [Theory]
    [InlineData("Client.IThingActions")]
    [InlineData("Client.IThingSettings")]
    [InlineData("Options.IThingActions")]
    [InlineData("Options.IThingSettings")]
    [InlineData("StructCodecs")]
    [InlineData("Dispatch")]
    [InlineData("Unsupported")]
    [InlineData("ActionTable")]
    [InlineData("ActionInvoker")]
    public void Generated_code_is_as_recorded(string file)
    {
        var generated = s_run.Value.Files[file + ".g.cs"];
        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllText(Path.Combine(SourceFolder(), "Snapshots", file + ".txt"), generated);
        }

        Assert.Equal(File.ReadAllText(SnapshotPath(file)), generated);
    }

    [Fact]
    public void Generated_code_compiles()
    {
        Assert.Empty(s_run.Value.Diagnostics);
        Assert.Empty(s_run.Value.CompileErrors);
    }

    private static string SnapshotPath(string file) =>
        Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1"
            ? Path.Combine(SourceFolder(), "Snapshots", file + ".txt")
            : Path.Combine(AppContext.BaseDirectory, "Generator", "Snapshots", file + ".txt");

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
