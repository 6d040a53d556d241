using System.Buffers.Binary;
using System.Globalization;

namespace VirtTools.Appliance;

/// <summary>
/// A small disk with an empty ext4 on its one partition, on which the daemon rehearses before a template of the appliance is taken. Making it here
/// instead of in the guest takes most of a second off the first use.
/// </summary>
internal static class RehearsalDisk
{
    /// <summary>Where the daemon finds it.</summary>
    public const string Path = "/usr/share/virttools/rehearsal.img";

    private const string Uuid = "5e0f8e4c-3d59-4d5c-9b0a-7b1f3c2d1e00";
    private const int SectorSize = 512;
    private const int FirstSector = 128;
    private const int BlockSize = 1024;
    private const int Blocks = 4096;

    // Of the partition table (MBR).
    private const int FirstEntry = 446;
    private const int SignatureAt = 510;
    private const byte LinuxType = 0x83;

    /// <summary>Adds it to the tree of the root file system.</summary>
    /// <param name="scratch">A folder for the file while it is made.</param>
    /// <exception cref="ApplianceException">mke2fs failed.</exception>
    public static void Write(PackageTree tree, string scratch, CancellationToken cancellationToken)
    {
        var image = $"{scratch}/rehearsal.img";
        string[] arguments =
        [
            "-q", "-F", "-t", "ext4", "-b", BlockSize.ToString(CultureInfo.InvariantCulture), "-m", "0", "-U", Uuid,
            "-E", $"offset={FirstSector * SectorSize},hash_seed={Uuid},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,nodiscard",
            image, Blocks.ToString(CultureInfo.InvariantCulture),
        ];
        new TreePrograms(tree.Path).Run(
            "usr/sbin/mke2fs",
            "mke2fs",
            arguments,
            [$"MKE2FS_CONFIG={tree.Path}/etc/mke2fs.conf", $"E2FSPROGS_FAKE_TIME={RootImage.FixedTime}"],
            cancellationToken);

        using (var file = File.Open(image, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Write(PartitionTable());
        }

        tree.MoveFile(image, Path);
    }

    private static byte[] PartitionTable()
    {
        var sector = new byte[SectorSize];
        var entry = sector.AsSpan(FirstEntry);
        ReadOnlySpan<byte> beyondCylinders = [0xFE, 0xFF, 0xFF];
        beyondCylinders.CopyTo(entry[1..]);
        entry[4] = LinuxType;
        beyondCylinders.CopyTo(entry[5..]);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], FirstSector);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], Blocks * BlockSize / SectorSize);
        BinaryPrimitives.WriteUInt16BigEndian(sector.AsSpan(SignatureAt), 0x55AA);
        return sector;
    }
}
