namespace VirtTools.GuestTests.Actions;

/// <summary>
/// The appliance that all tests of actions share, with four scratch drives: /dev/sda of 512 MiB, /dev/sdb to /dev/sdd of 256 MiB. A test that leaves a
/// drive in use, or ends the appliance, does not spoil the next one: that gets a new appliance.
/// </summary>
public sealed class ActionsGuest : IDisposable
{
    /// <summary>Name of the collection whose tests share it.</summary>
    public const string Collection = "Actions";

    private static readonly long[] Drives = [512L << 20, 256L << 20, 256L << 20, 256L << 20];

    private Guestfs? _handle;

    /// <summary>A folder of the host for files that go in and out.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("virttools-actions-").FullName;

    /// <summary>The handle, with nothing mounted and nothing on the drives.</summary>
    public Guestfs Cleared()
    {
        if (_handle is { } running && TryClear(running))
            return running;
        _handle?.Dispose();
        _handle = null;
        return _handle = Launch();
    }

    /// <summary>The same with an ext4 on /dev/sda, mounted.</summary>
    public Guestfs Mounted()
    {
        var handle = Cleared();
        handle.Mkfs("ext4", "/dev/sda");
        handle.Mount("/dev/sda", "/");
        return handle;
    }

    /// <summary>The path of a file in <see cref="Folder"/>.</summary>
    public string HostFile(string name) => Path.Combine(Folder, name);

    /// <summary>The path of a file in <see cref="Folder"/> with some content.</summary>
    public string HostFile(string name, byte[] content)
    {
        File.WriteAllBytes(HostFile(name), content);
        return HostFile(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static bool TryClear(Guestfs handle)
    {
        try
        {
            handle.UmountAll();
            if (handle.ListMdDevices().Length > 0 || handle.ListDmDevices().Length > 0)
                return false;
            foreach (var device in handle.ListDevices())
                handle.Wipefs(device);

            // The kernel may keep the partitions of a table that is gone, and libblkid takes no disk with partitions for part of a btrfs.
            return handle.ListPartitions().Length == 0;
        }
        catch (GuestfsException)
        {
            return false;
        }
    }

    private static Guestfs Launch()
    {
        var handle = Guests.Prepare();
        try
        {
            foreach (var size in Drives)
                handle.AddDriveScratch(size);
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

/// <summary>Makes the tests of actions share one appliance; they run one after the other.</summary>
[CollectionDefinition(ActionsGuest.Collection)]
public sealed class ActionsCollection : ICollectionFixture<ActionsGuest>;
