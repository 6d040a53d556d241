using VirtTools.Fixtures.Store;

namespace VirtTools.Bench;

/// <summary>A folder for what a benchmark needs on the way, which goes with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes it in the folder that TMPDIR names, else in artifacts/ of the clone: /tmp is often memory, and too small.</summary>
    public TemporaryFolder()
    {
        var parent = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } folder ? folder : System.IO.Path.Combine(Clone.Folder, "artifacts");
        Path = Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"virttools-bench-{Environment.ProcessId}")).FullName;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
