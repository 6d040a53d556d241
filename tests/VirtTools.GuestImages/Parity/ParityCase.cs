using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Parity;

/// <summary>A command line on a fixture whose output must equal the original's.</summary>
/// <param name="Name">Names the case and the file of its recording.</param>
/// <param name="Fixture">The guest.</param>
/// <param name="Program">virt-cat, virt-df, virt-inspector or virt-ls.</param>
/// <param name="Arguments">Everything but the disks.</param>
public sealed record ParityCase(string Name, Fixture Fixture, string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>All arguments; the disks are named relative to the folder of <see cref="ParityFolder"/>.</summary>
    public IReadOnlyList<string> CommandLine => [.. Fixture.Sources.SelectMany(disk => (string[])["-a", disk.File]), .. Arguments];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A folder in which the disks of a fixture lie under their own names, so that no output holds a path of this machine.</summary>
public sealed class ParityFolder : IDisposable
{
    /// <summary>Makes the folder, with symbolic links to the disks.</summary>
    public ParityFolder(Fixture fixture)
    {
        Path = Directory.CreateTempSubdirectory("virttools-parity-").FullName;
        foreach (var disk in fixture.Get())
            File.CreateSymbolicLink(System.IO.Path.Combine(Path, System.IO.Path.GetFileName(disk.Path)), disk.Path);
    }

    /// <summary>The folder: the current folder of the program under test.</summary>
    public string Path { get; }

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
