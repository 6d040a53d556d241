using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary>What a disk holds, told in a way that stays the same when its partitions move and grow.</summary>
/// <param name="Tree">Every name and the checksum of every file.</param>
/// <param name="FileSystemSize">Size in bytes of the file system.</param>
internal sealed record DiskContent(string Tree, long FileSystemSize);

/// <summary>Looks at disks before and after virt-resize, with programs that are not ours where there are such.</summary>
internal static class ResizedDisk
{
    /// <summary>The fixture that holds the same and whose table is sound: the kernel shows no partition of one whose first header is damaged.</summary>
    public static string Sound(string fixture) => fixture == "resize-gpt-no-primary" ? "resize-ext4-gpt" : fixture;

    /// <summary>The tree of a file system.</summary>
    /// <param name="image">The disk.</param>
    /// <param name="format">Its format.</param>
    /// <param name="device">The partition or logical volume.</param>
    /// <param name="sectorSize">Sector size of the disk.</param>
    public static DiskContent Look(string image, string format, string device, int sectorSize = 512)
    {
        using var guest = Open(image, format, sectorSize);
        guest.MountRo(device, "/");
        using var sums = new MemoryStream();
        guest.ChecksumsOut("sha256", "/", sums);
        var lines = Encoding.Latin1.GetString(sums.ToArray()).Split('\n').Order(StringComparer.Ordinal);
        var names = guest.Find("/").Order(StringComparer.Ordinal);
        var status = guest.Statvfs("/");
        return new(string.Join('\n', [.. names, .. lines]), status.Blocks * status.Frsize);
    }

    /// <summary>Lets the checker of the file system look at it on the host; what it says if it finds a fault, else nothing.</summary>
    public static string Check(string image, string format, string device, string kind, int sectorSize = 512)
    {
        using var folder = new TestFolder();
        var content = folder["content"];
        using (var guest = Open(image, format, sectorSize))
        {
            guest.Download(device, content);
        }

        string[] words = kind switch
        {
            "ext2" or "ext4" => ["e2fsck", "-f", "-n", content],
            "xfs" => ["xfs_repair", "-n", "-f", content],
            "btrfs" => ["btrfs", "check", "--readonly", content],
            "ntfs" => ["ntfsfix", "--no-action", content],
            "f2fs" => ["fsck.f2fs", "--dry-run", content],
            _ => throw new ArgumentException($"{kind}: no checker is known", nameof(kind)),
        };
        var (status, output) = Run(words);
        return status == 0 ? "" : $"{string.Join(' ', words)}: exit status {status}: {output}";
    }

    /// <summary>All that a table says of the disk and its partitions but where they lie.</summary>
    public static string Identity(string image) => string.Join('\n', Table(image).Select(WithoutPlaces));

    /// <summary>First sector and number of sectors of each partition.</summary>
    public static (long Start, long Size)[] Places(string image) =>
        [.. Table(image).Where(line => line.Contains("start=", StringComparison.Ordinal)).Select(line => (Field(line, "start="), Field(line, "size=")))];

    /// <summary>What the partitioning program of util-linux complains about; nothing if the table is sound.</summary>
    public static string Verify(string image) =>
        Run("sfdisk", "--verify", image).Output is var output && output.Contains("No errors detected", StringComparison.Ordinal) ? "" : output;

    /// <summary>The checksum of a whole file.</summary>
    public static string Sum(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    /// <summary>Runs a program of the host to its end.</summary>
    public static (int Status, string Output) Run(params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["LC_ALL"] = "C";
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    public static Guestfs Open(string image, string format, int sectorSize = 512)
    {
        var guest = Guests.Prepare();
        try
        {
            guest.AddDrive(image, new() { ReadOnly = true, Format = format, BlockSize = sectorSize });
            guest.Launch();
            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }

    private static IEnumerable<string> Table(string image)
    {
        var (status, output) = Run("sfdisk", "--dump", image);
        return status == 0
            ? output.Split('\n').Where(line => line.Contains("start=", StringComparison.Ordinal) || line.StartsWith("label", StringComparison.Ordinal)).Select(line => line.Replace(image, "disk", StringComparison.Ordinal))
            : throw new InvalidOperationException(output);
    }

    private static string WithoutPlaces(string line) =>
        string.Join(',', line.Split(',').Where(field => !field.Contains("start=", StringComparison.Ordinal) && !field.Contains("size=", StringComparison.Ordinal)));

    private static long Field(string line, string name)
    {
        var text = line[(line.IndexOf(name, StringComparison.Ordinal) + name.Length)..].TrimStart();
        return long.Parse(text.AsSpan(0, text.AsSpan().IndexOfAnyExceptInRange('0', '9') is > 0 and var end ? end : text.Length), CultureInfo.InvariantCulture);
    }
}
