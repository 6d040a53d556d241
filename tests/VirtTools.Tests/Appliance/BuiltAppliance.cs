using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

/// <summary>One real build for all tests that look at one. Packages stay in a cache between runs.</summary>
public sealed class BuiltAppliance : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public BuiltAppliance()
    {
        // Any dynamically linked program can stand in for the daemon; this one needs more libraries than most.
        Daemon = Environment.ProcessPath!;
        Folder = scratch["appliance"];
        Cache = Path.Combine(Path.GetTempPath(), $"virttools-test-cache-{UserIdentity.Effective}");
        Store = new(CacheFolder.Open(Cache));
        Manifest = Store.BuildInto(Folder, new(Daemon), null, CancellationToken.None);
    }

    public string Folder { get; }

    public string Cache { get; }

    public string Daemon { get; }

    internal ApplianceStore Store { get; }

    internal ApplianceManifest Manifest { get; }

    public void Dispose() => scratch.Dispose();
}
