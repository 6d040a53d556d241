using System.Globalization;

namespace VirtTools.Appliance;

/// <summary>The root file system: an ext4 image without a journal, since it is only ever read.</summary>
internal static class RootImage
{
    /// <summary>The time of everything that is made here, in seconds since 1970: the day Debian 12 came out. Zero means "now" to some of e2fsprogs.</summary>
    public const uint FixedTime = 1686355200;
    private const int BlockSize = 4096;
    private const int InodeSize = 256;

    /// <summary>Makes the image of a tree.</summary>
    /// <param name="image">The file to make.</param>
    /// <param name="tree">The unpacked packages.</param>
    /// <param name="uuid">The UUID of the file system.</param>
    /// <param name="scratch">A folder for a configuration file.</param>
    /// <exception cref="ApplianceException">mke2fs failed.</exception>
    public static void Write(string image, PackageTree tree, Guid uuid, string scratch, CancellationToken cancellationToken)
    {
        var (blocks, inodes) = Measure(tree);
        var configuration = $"{scratch}/mke2fs.conf";
        File.WriteAllText(configuration, "[defaults]\n\tbase_features = sparse_super,large_file,filetype,dir_index,ext_attr\n[fs_types]\n\text4 = {\n\t\tfeatures = extent,flex_bg\n\t}\n");

        // No checksums over metadata: the owners and times are set afterwards, and nothing ever writes to this file system.
        string[] arguments =
        [
            "-q", "-F", "-t", "ext4", "-b", BlockSize.ToString(CultureInfo.InvariantCulture), "-I", InodeSize.ToString(CultureInfo.InvariantCulture),
            "-N", inodes.ToString(CultureInfo.InvariantCulture), "-m", "0", "-L", "virttools", "-U", uuid.ToString("D"),
            "-O", "^has_journal,^resize_inode,^metadata_csum,^64bit,^uninit_bg,^huge_file",
            "-E", $"hash_seed={uuid:D},root_owner=0:0,no_copy_xattrs,lazy_itable_init=0,nodiscard", "-e", "remount-ro",
            "-d", tree.Path, image, blocks.ToString(CultureInfo.InvariantCulture),
        ];
        new TreePrograms(tree.Path).Run(
            "usr/sbin/mke2fs",
            "mke2fs",
            arguments,
            [$"MKE2FS_CONFIG={configuration}", $"E2FSPROGS_FAKE_TIME={FixedTime}"],
            cancellationToken);

        using var stream = File.Open(image, FileMode.Open, FileAccess.ReadWrite);
        ExtImage.Normalise(stream, FixedTime);
    }

    // Room for everything and a little more: what is free stays a hole in the file.
    private static (long Blocks, long Inodes) Measure(PackageTree tree)
    {
        long blocks = 0, inodes = 0;
        foreach (var entry in tree.Entries())
        {
            inodes++;
            blocks += entry is FileInfo { LinkTarget: null } file ? (file.Length + BlockSize - 1) / BlockSize : 1;
        }

        inodes += 64;
        blocks += (inodes * InodeSize / BlockSize) + (blocks / 50) + 1024;
        return (blocks, inodes);
    }
}
