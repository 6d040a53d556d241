using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Filesystems;

/// <summary>Everything that may hold a file system, and what it holds.</summary>
internal sealed class FilesystemList(BlockDevices devices, DeviceResolver resolver, StorageActivation activation, BtrfsView btrfs)
{
    private const string UnknownType = "unknown";

    /// <summary>Mountable, by the API's name, and type: drives without partitions, partitions, md devices, logical volumes, dynamic volumes, opened encrypted devices.</summary>
    public IEnumerable<(string Mountable, string Type)> Read()
    {
        activation.EnsureActive();
        return devices.Drives().Where(drive => !devices.IsPartitioned(drive)).SelectMany(device => Look(device, BlockIdLibrary.Probe))
            .Concat(LookAtPartitions())
            .Concat(devices.Arrays().Where(array => !devices.IsPartitioned(array)).SelectMany(device => Look(device, BlockIdLibrary.Probe)))
            .Concat(Mapped().SelectMany(device => Look(device, volume => SuperblockMagic.Identify(volume) ?? BlockIdLibrary.Probe(volume))));
    }

    private IEnumerable<(string Mountable, string Type)> LookAtPartitions()
    {
        var types = new PartitionTypes();
        foreach (var device in devices.Partitions())
        {
            if (types.IsExtended(device))
            {
                continue;
            }

            // What the table says of the partition is needed only where it could change the answer.
            foreach (var found in Look(device, partition => types.MayHoldFileSystem(partition) && SuperblockMagic.Identify(partition) is { } plain
                ? plain
                : BlockIdLibrary.ProbePartition(partition)))
            {
                yield return found;
            }
        }
    }

    private IEnumerable<string> Mapped()
    {
        var mapped = devices.Mapped().ToArray();
        return mapped.Where(device => device.IsVolume)
            .Concat(mapped.Where(device => device.Name.StartsWith("ldm_vol_", StringComparison.Ordinal)))
            .Concat(mapped.Where(device => device.Name.StartsWith("ldm_part_", StringComparison.Ordinal)))
            .Concat(mapped.Where(device => device.IsDecrypted))
            .Select(device => device.Path);
    }

    private IEnumerable<(string Mountable, string Type)> Look(string device, Func<string, BlockIdentity> probe)
    {
        var identity = TryProbe(device, probe);
        if (identity is null)
        {
            return [(resolver.ToApi(device), UnknownType)];
        }

        if (IsContainer(identity))
        {
            return [];
        }

        return identity.Type switch
        {
            null or "" => [(resolver.ToApi(device), UnknownType)],
            "btrfs" => Subvolumes(device),
            var type => [(resolver.ToApi(device), type)],
        };
    }

    private static BlockIdentity? TryProbe(string device, Func<string, BlockIdentity> probe)
    {
        try
        {
            return probe(device);
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            ConsoleLine.Write($"{device}: {e.Message}");
            return null;
        }
    }

    // Members of volumes, encrypted volumes and partitions of partitions hold no file system of their own.
    private static bool IsContainer(BlockIdentity identity)
    {
        if (identity.Type is { } type
            && (type.EndsWith("_member", StringComparison.Ordinal) || type.EndsWith("_MEMBER", StringComparison.Ordinal) || type == "crypto_LUKS"))
        {
            return true;
        }

        return identity.Tag("PART_ENTRY_TYPE") is { } partitionType && identity.Tag("PART_ENTRY_SCHEME") switch
        {
            "gpt" => PartitionTypes.ExcludedGpt.Contains(partitionType, StringComparer.OrdinalIgnoreCase),
            "dos" => PartitionTypes.ExtendedMbr.Contains(partitionType),
            _ => false,
        };
    }

    // The subvolume that is mounted by default is the device itself.
    private IEnumerable<(string Mountable, string Type)> Subvolumes(string device)
    {
        var name = resolver.ToApi(device);
        yield return (name, "btrfs");
        foreach (var subvolume in TrySubvolumes(device))
        {
            yield return (new Mountable(name, subvolume).ToString(), "btrfs");
        }
    }

    private IEnumerable<string> TrySubvolumes(string device)
    {
        try
        {
            return btrfs.With(device, folder =>
            {
                var standard = BtrfsSubvolumes.DefaultId(folder);
                return BtrfsSubvolumes.List(folder).Where(entry => entry.Id != standard).Select(entry => entry.Path).ToArray();
            });
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            ConsoleLine.Write($"{device}: {e.Message}");
            return [];
        }
    }
}
