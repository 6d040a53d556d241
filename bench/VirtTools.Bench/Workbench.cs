using VirtTools.Bench.Programs;
using VirtTools.Fixtures.Parity;
using VirtTools.Fixtures.Store;

namespace VirtTools.Bench;

/// <summary>What benchmarks work with.</summary>
/// <param name="Image">The disk image of the guest that is read; nobody writes to it.</param>
/// <param name="GuestFile">A file in that guest.</param>
/// <param name="WorkFolder">For temporary files; it is removed at the end.</param>
/// <param name="Progress">Told what is going on.</param>
internal sealed record Workbench(string Image, string GuestFile, string WorkFolder, IProgress<string> Progress)
{
    /// <summary>The file system with the guest's root, where it is known without looking: that of the fixture.</summary>
    public string? RootDevice { get; init; }

    /// <summary>Our appliance: the one LIBGUESTFS_PATH names, else the one of this clone.</summary>
    public string ApplianceFolder { get; } =
        Environment.GetEnvironmentVariable("LIBGUESTFS_PATH") is { Length: > 0 } path ? path : Path.Combine(Clone.Folder, "artifacts", "appliance");

    /// <summary>One of our commands, as published.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="start">How it gets its appliance.</param>
    /// <exception cref="BenchException">It has not been published.</exception>
    public Contestant Ours(string command, ApplianceStart start = ApplianceStart.Resume)
    {
        var path = Path.Combine(Clone.Folder, "artifacts", "bin", command);
        return File.Exists(path)
            ? new(path, ProgramEnvironment.Ours(ApplianceFolder, start))
            : throw new BenchException($"{path}: there is no such program; run: ./build.sh publish");
    }

    /// <summary>One of the original's programs; null where it is not installed.</summary>
    public Contestant? Original(string program) =>
        OriginalProgram.IsInstalled(program) ? new(OriginalProgram.PathOf(program), ProgramEnvironment.Original()) : null;
}
