using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VirtTools.Fixtures.Building;

/// <summary>An ext2, ext3 or ext4 file system, made without root and with the same bytes each time.</summary>
/// <param name="Type">ext2, ext3 or ext4.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Uuid">Its UUID, also the seed of the directory hash.</param>
/// <param name="Label">Its label.</param>
/// <param name="BlockSize">Size of a block in bytes, at least a sector; null to leave it to mke2fs.</param>
public sealed partial record ExtFileSystem(string Type, long Size, string Uuid, string Label, int? BlockSize = null)
{
    /// <summary>The programs that <see cref="Make"/> runs.</summary>
    public static readonly IReadOnlyList<HostProgram> Programs =
    [
        Building.Programs.Mke2fs, Building.Programs.Debugfs, Building.Programs.Dumpe2fs, Building.Programs.Fakeroot, Building.Programs.Tar,
        Building.Programs.Chmod,
    ];

    /// <summary>Makes the file system in a new file and fills it.</summary>
    /// <param name="image">The file to make.</param>
    /// <param name="archives">Tar archives, unpacked over each other in this order.</param>
    public void Make(string image, params IReadOnlyList<string> archives)
    {
        SparseFile.Create(image, Size);
        using var folder = new UnpackedTree(image + ".tree", archives);
        folder.Run(
            Building.Programs.Mke2fs,
            ["-q", "-F", "-t", Type, .. BlockSize is { } size ? new[] { "-b", $"{size}" } : [], "-U", Uuid, "-L", Label, "-d", folder.Path,
            "-E", $"hash_seed={Uuid},lazy_itable_init=0,lazy_journal_init=0", image]);
        SettleTimes(image);
    }

    /// <summary>
    /// mke2fs copies the change and access times of the unpacked files, which nobody can set. It gives out inode numbers
    /// one after the other, so that the inodes in use are the first ones.
    /// </summary>
    private static void SettleTimes(string image)
    {
        var header = Building.Programs.Dumpe2fs.Run("-h", image).Text;
        var last = Field(header, InodeCount()) - Field(header, FreeInodes());
        var large = Field(header, InodeSize()) > 128;
        var script = new StringBuilder();
        foreach (var inode in Enumerable.Range(11, (int)last - 10).Prepend(2))
        {
            foreach (var field in large ? TimeFields : TimeFields.AsSpan(0, 2))
                script.Append(CultureInfo.InvariantCulture, $"sif <{inode}> {field} @{HostProgram.Epoch}\n");
        }

        var commands = image + ".debugfs";
        File.WriteAllText(commands, script.ToString());
        Building.Programs.Debugfs.Run(FakeTime, "-w", "-f", commands, image);
        File.Delete(commands);
    }

    /// <summary>The clock that programs of e2fsprogs believe in.</summary>
    public static readonly ProgramInput FakeTime =
        ProgramInput.None with { Environment = new Dictionary<string, string> { ["E2FSPROGS_FAKE_TIME"] = $"{HostProgram.Epoch}" } };

    private static readonly string[] TimeFields = ["atime", "ctime", "crtime"];

    private static long Field(string header, Regex field) => long.Parse(field.Match(header).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^Inode count:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex InodeCount();

    [GeneratedRegex(@"^Free inodes:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex FreeInodes();

    [GeneratedRegex(@"^Inode size:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex InodeSize();
}
