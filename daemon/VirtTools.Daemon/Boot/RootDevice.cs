using System.Buffers.Binary;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Boot;

/// <summary>The block device with the appliance's root file system.</summary>
internal sealed record RootDevice(string Path, DeviceNumber Number)
{
    private const int DeadlineMilliseconds = 30_000;
    private const int PauseMilliseconds = 2;
    private const int SuperblockOffset = 1024; // ext4 on-disk layout, "Super Block"
    private const int MagicOffset = 0x38;
    private const int UuidOffset = 0x68;
    private const ushort ExtMagic = 0xEF53;

    /// <summary>Finds it, waiting for the disks to appear.</summary>
    /// <exception cref="FatalException">It did not appear in time.</exception>
    public static RootDevice Find(KernelCommandLine commandLine)
    {
        var wanted = commandLine.RootUuid is { } text ? ParseUuid(text) : null;
        if (wanted is null && commandLine.RootDevice is null)
        {
            throw new FatalException("the kernel command line names no root file system (root=UUID=...)");
        }

        var deadline = Environment.TickCount64 + DeadlineMilliseconds;
        while (true)
        {
            var found = wanted is null ? Named(commandLine.RootDevice!) : WithUuid(wanted);
            if (found is not null)
            {
                return found;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new FatalException($"no disk with the root file system {commandLine.RootUuid ?? commandLine.RootDevice} appeared");
            }

            Thread.Sleep(PauseMilliseconds);
        }
    }

    /// <summary>Whether the start of a disk is an ext file system with that UUID.</summary>
    /// <param name="superblock">The bytes from offset 1024.</param>
    public static bool Matches(ReadOnlySpan<byte> superblock, ReadOnlySpan<byte> uuid) =>
        superblock.Length >= UuidOffset + 16
        && BinaryPrimitives.ReadUInt16LittleEndian(superblock[MagicOffset..]) == ExtMagic
        && superblock.Slice(UuidOffset, 16).SequenceEqual(uuid);

    /// <summary>The 16 bytes of a UUID as it is written; null where the text is none.</summary>
    public static byte[]? ParseUuid(string text) =>
        Guid.TryParseExact(text, "D", out var uuid) ? uuid.ToByteArray(bigEndian: true) : null;

    private static RootDevice? Named(string path) =>
        Descriptors.TryStat(path) is { Kind: FileKind.BlockDevice } status ? new(path, status.RawDevice) : null;

    // The library attaches the appliance after the drives, so where a guest carries the same UUID the last one is ours.
    private static RootDevice? WithUuid(byte[] wanted)
    {
        RootDevice? found = null;
        var superblock = new byte[UuidOffset + 16];
        foreach (var name in Folder.List("/sys/block"))
        {
            var path = "/dev/" + name;
            try
            {
                using var disk = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
                if (Descriptors.ReadAt(disk, superblock, SuperblockOffset) == superblock.Length && Matches(superblock, wanted)
                    && (found is null || IsAfter(path, found.Path)))
                {
                    found = new(path, Descriptors.Stat(disk).RawDevice);
                }
            }
            catch (PosixException)
            {
                // An empty CD-ROM or floppy drive, or a disk that has just gone.
                continue;
            }
        }

        return found;
    }

    private static bool IsAfter(string path, string other) =>
        path.Length != other.Length ? path.Length > other.Length : string.CompareOrdinal(path, other) > 0;
}
