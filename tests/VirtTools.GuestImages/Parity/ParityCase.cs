using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Parity;

/// <summary>A command line on a fixture whose output must equal the original's.</summary>
/// <param name="Name">Names the case and the file of its recording.</param>
/// <param name="Fixture">The guest.</param>
/// <param name="Program">virt-cat, virt-df, virt-inspector, virt-ls or virt-resize.</param>
/// <param name="Arguments">Everything but the disks.</param>
public sealed record ParityCase(string Name, Fixture Fixture, string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>What virt-resize writes to, an operand behind the disks; null for the other programs.</summary>
    public string? Output { get; init; }

    /// <summary>How many MiB the output has, which is made for the case; 0 where none is made.</summary>
    public int OutputSize { get; init; }

    /// <summary>All arguments; the disks are named relative to the folder of <see cref="ParityFolder"/>.</summary>
    public IReadOnlyList<string> CommandLine => Output is null
        ? [.. Fixture.Sources.SelectMany(disk => (string[])["-a", disk.File]), .. Arguments]
        : [.. Arguments, .. Fixture.Sources.Select(disk => disk.File), Output];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A folder in which the disks of a fixture lie under their own names, so that no output holds a path of this machine.</summary>
public sealed class ParityFolder : IDisposable
{
    /// <summary>Makes the folder, with symbolic links to the disks, and with the output.</summary>
    public ParityFolder(ParityCase parity)
    {
        Path = Directory.CreateTempSubdirectory("virttools-parity-").FullName;
        foreach (var disk in parity.Fixture.Get())
            File.CreateSymbolicLink(System.IO.Path.Combine(Path, System.IO.Path.GetFileName(disk.Path)), disk.Path);
        if (parity is { Output: { } output, OutputSize: > 0 })
            SparseFile.Create(System.IO.Path.Combine(Path, output), (long)parity.OutputSize << 20);
    }

    /// <summary>The folder: the current folder of the program under test.</summary>
    public string Path { get; }

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
