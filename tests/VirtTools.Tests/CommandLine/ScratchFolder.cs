namespace VirtTools.Tests.CommandLine;

/// <summary>A folder of a test's own, removed with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("virttools-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
