namespace VirtTools.GuestTests.Inspection;

/// <summary>One appliance with the drives of all layouts, inspected once.</summary>
public sealed class LayoutGuest : IDisposable
{
    public LayoutGuest()
    {
        Handle = Guests.Prepare();
        foreach (var disk in Layouts.Disks)
        {
            Handle.AddDrive(disk.Path, new() { ReadOnly = true, Format = disk.Format });
        }

        Handle.Launch();
        Roots = Handle.InspectOs();
    }

    public Guestfs Handle { get; }

    /// <summary>What inspection has found.</summary>
    public string[] Roots { get; }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>Mounts what the guest mounts; what cannot be mounted is left out.</summary>
    public void Mount(string root)
    {
        Handle.UmountAll();
        foreach (var (place, mountable) in Handle.InspectGetMountpoints(root).OrderBy(mount => mount.Key.Length))
        {
            try
            {
                Handle.MountRo(mountable, place);
            }
            catch (GuestfsException) when (place != "/")
            {
                // The hostile guest names what is not there.
            }
        }
    }
}
