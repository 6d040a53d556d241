namespace VirtTools.Fixtures.Building;

/// <summary>Tar archives unpacked into a folder by fakeroot, which remembers owners, modes and devices without root.</summary>
public sealed class UnpackedTree : IDisposable
{
    private readonly string state;

    /// <summary>Unpacks the archives over each other.</summary>
    public UnpackedTree(string path, params IReadOnlyList<string> archives)
    {
        Path = path;
        state = path + ".fakeroot";
        Directory.CreateDirectory(path);
        File.WriteAllText(state, "");
        var start = DateTime.UtcNow.AddSeconds(-2);
        foreach (var archive in archives)
            Fake("-s", state, "--", Programs.Tar.Name, "-x", "-p", "--numeric-owner", "-f", archive, "-C", path);

        // The owner must be able to read what he unpacked; fakeroot goes on showing the archive's permission bits.
        Programs.Chmod.Run("-R", "u+rwX", path);

        // Folders into which a later archive put something bear the time of unpacking.
        var changed = Directory.EnumerateDirectories(path, "*", Everything).Append(path)
            .Where(folder => Directory.GetLastWriteTimeUtc(folder) > start);
        foreach (var folder in changed)
            Directory.SetLastWriteTimeUtc(folder, DateTime.UnixEpoch.AddSeconds(HostProgram.Epoch));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Runs a program that sees the archives' owners, modes and devices.</summary>
    public ProgramResult Run(HostProgram program, params IReadOnlyList<string> arguments) =>
        Fake(["--", program.Name, .. arguments]);

    /// <summary>fakeroot takes a second and a half to save its state, so only unpacking does.</summary>
    private ProgramResult Fake(params IReadOnlyList<string> arguments) =>
        Programs.Fakeroot.Run(ExtFileSystem.FakeTime, ["-i", state, .. arguments]);

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        WorkFolder.Remove(Path);
        File.Delete(state);
    }

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };
}
