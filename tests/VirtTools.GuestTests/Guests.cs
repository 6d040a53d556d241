using VirtTools.Fixtures.Store;

[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace VirtTools.GuestTests;

/// <summary>Starts appliances for tests.</summary>
internal static class Guests
{
    /// <summary>The appliance under test: the one LIBGUESTFS_PATH names, else the one ./build.sh appliance made in this clone.</summary>
    public static string ApplianceFolder { get; } =
        Environment.GetEnvironmentVariable("LIBGUESTFS_PATH") is { Length: > 0 } path ? path : Path.Combine(Clone.Folder, "artifacts", "appliance");

    /// <summary>A handle for this appliance, without drives, not launched. The caller's environment does not configure it.</summary>
    public static Guestfs Prepare()
    {
        var handle = new Guestfs(HandleEnvironment.Ignored);
        handle.SetPath(ApplianceFolder);
        return handle;
    }

    /// <summary>A launched handle with the disks of a fixture, read-only.</summary>
    public static Guestfs Launch(Fixture fixture)
    {
        var handle = Prepare();
        try
        {
            foreach (var disk in fixture.Get())
                handle.AddDrive(disk.Path, new() { ReadOnly = true, Format = disk.Format });
            handle.Launch();
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
