using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Reasons;

/// <summary>
/// Says of every device why there is no operating system on it. It is asked for where inspection has found nothing, so it may take the time to look
/// once more.
/// </summary>
internal sealed class FileSystemReasons(
    DeviceTree tree, BlockDevices devices, DeviceResolver resolver, StorageActivation activation, Mounter mounter)
{
    private const string UnknownType = "unknown";
    private const int MostDevices = 1000;
    private const int LongestDetail = 500;
    private const string HibernationFile = "/hiberfil.sys";

    /// <summary>One for each device that is not divided further.</summary>
    public List<FileSystemReason> Read()
    {
        activation.EnsureActive();
        return [.. devices.Drives().Where(drive => !devices.IsPartitioned(drive))
            .Concat(devices.Partitions())
            .Concat(devices.Arrays().Where(array => !devices.IsPartitioned(array)))
            .Concat(devices.Mapped().Select(mapped => mapped.Path))
            .Take(MostDevices)
            .Select(Look)
            .OfType<FileSystemReason>()];
    }

    private FileSystemReason? Look(string device)
    {
        var type = TypeOf(device);
        return type switch
        {
            null => IsBlank(device) ? Reason(device, UnknownType, ReasonCode.Empty) : Reason(device, UnknownType, ReasonCode.Unknown),
            "swap" => Reason(device, type, ReasonCode.Swap),
            "crypto_LUKS" => IsInUse(device) ? null : Reason(device, type, LuksVersion(device) == 1 ? ReasonCode.Luks1 : ReasonCode.Luks2),
            "BitLocker" => IsInUse(device) ? null : Reason(device, type, ReasonCode.BitLocker),
            "LVM2_member" => IsInUse(device) ? null : Reason(device, type, ReasonCode.PhysicalVolume),
            "linux_raid_member" => IsInUse(device) ? null : Reason(device, type, ReasonCode.ArrayMember),
            _ when type.EndsWith("_member", StringComparison.Ordinal) => null,
            _ => TryMount(device, type),
        };
    }

    // What is built on a device is looked at itself.
    private bool IsInUse(string device)
    {
        var name = device["/dev/".Length..];
        var disk = tree.WholeDevices().FirstOrDefault(whole => tree.Partitions(whole).Contains(name));
        return tree.Holders(disk is null ? name : $"{disk}/{name}").Length > 0;
    }

    private FileSystemReason? TryMount(string device, string type)
    {
        try
        {
            using var mount = TemporaryMount.Open(mounter, device, type, MountFlags.ReadOnly);
            return type == "ntfs" && IsHibernated(mount.Folder) ? Reason(device, type, ReasonCode.Hibernated) : Reason(device, type, ReasonCode.NoSystem);
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            return UnmountableBecause(device, type, e.Message);
        }
    }

    private FileSystemReason UnmountableBecause(string device, string type, string message)
    {
        if (UnknownFeaturesOf(device, type) is { } features)
        {
            return Reason(device, type, ReasonCode.Feature, features);
        }

        // The words of ntfs-3g.
        var code = message.Contains("hibernat", StringComparison.OrdinalIgnoreCase) ? ReasonCode.Hibernated
            : message.Contains("unclean", StringComparison.OrdinalIgnoreCase) ? ReasonCode.Dirty
            : ReasonCode.Unmountable;
        return Reason(device, type, code, message.Split('\n')[0]);
    }

    private static string? UnknownFeaturesOf(string device, string type)
    {
        try
        {
            return UnknownFeatures.Describe(device, type);
        }
        catch (PosixException)
        {
            return null;
        }
    }

    // A Windows that is switched off with its session kept leaves this mark in front of the memory.
    private static bool IsHibernated(string folder)
    {
        var root = GuestRoot.OfFolder(folder);
        try
        {
            return new GuestFiles(root).ReadHead(HibernationFile, 4) is { } mark
                && (mark.AsSpan().SequenceEqual("hibr"u8) || mark.AsSpan().SequenceEqual("HIBR"u8));
        }
        finally
        {
            root.Forget();
        }
    }

    private FileSystemReason Reason(string device, string type, string code, string detail = "") =>
        new(resolver.ToApi(device), type, code, TextBounds.Cut(detail, LongestDetail));

    private static string? TypeOf(string device)
    {
        try
        {
            return (SuperblockMagic.Identify(device) ?? BlockIdLibrary.Probe(device)).Type is { Length: > 0 } type ? type : null;
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            return null;
        }
    }

    // LUKS, both versions: six bytes of magic, then the version with the high byte first.
    private static int LuksVersion(string device) => Head(device, 8) is [_, _, _, _, _, _, _, var version] ? version : 0;

    // What was never written to: the first MiB tells, since file systems and tables begin there.
    private static bool IsBlank(string device) => Head(device, 1 << 20) is { Length: > 0 } head && !head.AsSpan().ContainsAnyExcept((byte)0);

    private static byte[] Head(string device, int size)
    {
        try
        {
            using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            var head = new byte[size];
            return head[..Descriptors.ReadAt(file, head, 0)];
        }
        catch (PosixException)
        {
            return [];
        }
    }
}
