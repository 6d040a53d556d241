using System.Buffers.Binary;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on block devices.</summary>
internal sealed class DeviceActions(
    DeviceTree tree, DeviceNames names, DeviceResolver resolver, BlockDevices devices, StorageActivation activation) : UnsupportedDeviceActions
{
    // linux/fs.h
    private const uint SetReadOnly = 0x125D; // BLKROSET
    private const uint GetReadOnly = 0x125E; // BLKROGET
    private const uint RereadPartitions = 0x125F; // BLKRRPART
    private const uint FlushBuffers = 0x1261; // BLKFLSBUF
    private const uint SetReadAhead = 0x1262; // BLKRASET
    private const uint GetSectorSize = 0x1268; // BLKSSZGET
    private const uint GetBlockSize = 0x8008_1270; // BLKBSZGET
    private const int SectorSize = 512;

    public override string[] ListDevices() => devices.Drives();

    public override string[] ListPartitions() => devices.Partitions();

    public override OrderedDictionary<string, string> ListDiskLabels()
    {
        var labels = new OrderedDictionary<string, string>();
        foreach (var (label, device) in DiskLabels.All(tree, names))
        {
            labels[label] = resolver.ToApi("/dev/" + device);
            foreach (var partition in tree.Partitions(device))
            {
                labels[label + partition[device.Length..]] = resolver.ToApi("/dev/" + partition);
            }
        }

        return labels;
    }

    public override int NrDevices() => ListDevices().Length;

    public override bool IsWholeDevice(string device) => devices.Drives().Contains(device);

    public override string[] ListDmDevices() => [.. devices.Mapped().Where(device => !device.IsLvm).Select(device => device.Path)];

    public override string FindfsUuid(string uuid) => Find("UUID", uuid);

    public override string FindfsLabel(string label) => Find("LABEL", label);

    public override string FindfsPartuuid(string uuid) => FindPartition("PART_ENTRY_UUID", uuid);

    public override string FindfsPartlabel(string label) => FindPartition("PART_ENTRY_NAME", label);

    public override void BlockdevSetro(string device) => Control(device, SetReadOnly, 1);

    public override void BlockdevSetrw(string device) => Control(device, SetReadOnly, 0);

    public override bool BlockdevGetro(string device) => Control(device, GetReadOnly, 0) != 0;

    public override int BlockdevGetss(string device) => Control(device, GetSectorSize, 0);

    public override int BlockdevGetbsz(string device) => Control(device, GetBlockSize, 0);

    public override void BlockdevSetbsz(string device, int blockSize) =>
        throw new DaemonException("ENOTSUP", $"{resolver.ToApi(device)}: setting the block size of a device has no lasting effect and is not supported");

    public override long BlockdevGetsz(string device) => BlockdevGetsize64(device) / SectorSize;

    public override long BlockdevGetsize64(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return Descriptors.SizeOf(file);
    }

    public override void BlockdevFlushbufs(string device) => ControlByNumber(device, FlushBuffers, 0);

    public override void BlockdevRereadpt(string device) => ControlByNumber(device, RereadPartitions, 0);

    public override void BlockdevSetra(string device, int sectors) => ControlByNumber(device, SetReadAhead, sectors);

    private string Find(string tag, string value)
    {
        activation.EnsureActive();
        foreach (var device in Candidates())
        {
            if (Try(() => BlockIdLibrary.Probe(device).Tag(tag)) == value)
            {
                return device;
            }
        }

        throw new DaemonException("ENOENT", $"no device has {tag} {value}");
    }

    private string FindPartition(string tag, string value)
    {
        foreach (var device in devices.Partitions())
        {
            if (string.Equals(Try(() => BlockIdLibrary.ProbePartition(device).Tag(tag)), value, StringComparison.OrdinalIgnoreCase))
            {
                return device;
            }
        }

        throw new DaemonException("ENOENT", $"no partition has {tag} {value}");
    }

    private IEnumerable<string> Candidates() =>
        devices.Mapped().Select(device => device.Path).Concat(devices.Arrays()).Concat(devices.Partitions()).Concat(devices.Drives());

    private static string? Try(Func<string?> probe)
    {
        try
        {
            return probe();
        }
        catch (Exception e) when (e is PosixException or DaemonException)
        {
            return null;
        }
    }

    private int Control(string device, uint request, int value)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        var argument = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt32LittleEndian(argument, value);
        Kernel.Control(file, request, argument, resolver.ToApi(device));
        return BinaryPrimitives.ReadInt32LittleEndian(argument);
    }

    private void ControlByNumber(string device, uint request, nint value)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        Kernel.Control(file, request, value, resolver.ToApi(device));
    }
}
