using System.Buffers.Binary;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Partitions;

/// <summary>Reads the partition table of a device.</summary>
internal static class PartitionedDisk
{
    private const uint GetSectorSize = 0x1268; // BLKSSZGET
    private const int SmallestSector = 512;
    private const int LargestSector = 64 * 1024;

    /// <summary>The MBR or GPT table.</summary>
    /// <param name="device">Path by the kernel's name.</param>
    /// <returns>Null where there is none of the two.</returns>
    /// <exception cref="PosixException">The device cannot be read.</exception>
    public static PartitionTable? Read(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        var size = Descriptors.SizeOf(file);
        return Read((buffer, offset) => Descriptors.ReadAt(file, buffer, offset), SectorSize(file, device), size);
    }

    /// <summary>The same for anything that can be read at offsets.</summary>
    public static PartitionTable? Read(DiskRead disk, int sectorSize, long diskSize) =>
        GptTable.Read(disk, sectorSize, diskSize) ?? MbrTable.Read(disk, sectorSize, diskSize);

    /// <summary>The GPT table.</summary>
    /// <exception cref="DaemonException">EINVAL: the device has none.</exception>
    public static PartitionTable ReadGpt(string device, string shown) =>
        Read(device) is { Kind: TableKind.Gpt } table
            ? table
            : throw new DaemonException("EINVAL", $"{shown}: the device has no GPT partition table, and only that holds what was asked for");

    /// <summary>What parted says of a table of another kind.</summary>
    /// <exception cref="DaemonException">EINVAL: parted does not find a table either.</exception>
    public static PartedListing ReadByParted(string device, string shown)
    {
        string[] argv = ["parted", "-s", "-m", "--", device, "unit", "b", "print"];
        var completed = ProgramRunner.TryRun(argv);
        if (!completed.IsSuccess)
        {
            // With -m parted writes its complaint to standard output, among the listing.
            var complaints = completed.OutputText.Split('\n').Where(line => line.StartsWith("Error: ", StringComparison.Ordinal));
            var reason = $"{string.Concat(complaints)}{completed.ErrorText}".Replace(device, shown, StringComparison.Ordinal);
            throw new DaemonException("EINVAL", $"{shown}: the partition table cannot be read: {reason}");
        }

        return PartedListing.Parse(completed.OutputText)
            ?? throw new DaemonException("EINVAL", $"{shown}: the partition table cannot be read: unexpected output of parted");
    }

    private static int SectorSize(Microsoft.Win32.SafeHandles.SafeFileHandle file, string device)
    {
        Span<byte> buffer = stackalloc byte[4];
        Kernel.Control(file, GetSectorSize, buffer, device);
        var size = BinaryPrimitives.ReadInt32LittleEndian(buffer);
        return size is >= SmallestSector and <= LargestSector
            ? size
            : throw new DaemonException("EINVAL", $"{device}: sectors of {size} bytes are not supported");
    }
}
