using VirtTools.Fixtures;
using VirtTools.Fixtures.Parity;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary>The partition tables that virt-resize writes, held against those of the original's, sector by sector. What differs, and why, is in docs/resize.md.</summary>
[Trait("Tier", "Peers")]
public sealed class PeerTableTests
{
    private const long MiB = 1 << 20;
    private const int Sector = 512;

    /// <summary>Fixture, size of the output in MiB, options.</summary>
    public static TheoryData<string, int, string> Cases => new()
    {
        { "resize-ext4-mbr", 145, "--expand /dev/sda2" },
        { "resize-ext4-gpt", 145, "--expand /dev/sda2" },
        { "resize-ext4-mbr", 200, "--resize /dev/sda1=+10M --resize /dev/sda2=100M" },
        { "resize-ext4-gpt", 200, "--resize /dev/sda1=120% --no-extra-partition" },
        { "resize-swap-mbr", 146, "--expand /dev/sda1" },
        { "resize-swap-gpt", 146, "--expand /dev/sda2" },
        { "resize-xfs-gpt", 400, "--expand /dev/sda2" },
        { "resize-lvm-mbr", 160, "--expand /dev/sda2 --LV-expand /dev/grown-mbr/root" },
        { "resize-middle", 140, "--delete /dev/sda2 --expand /dev/sda1" },
        { "resize-ext4-mbr", 160, "--alignment 2048 --align-first always --expand /dev/sda2" },
        { "boot-mbr", 126, "--expand /dev/sda1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_table_is_that_of_the_original(string fixture, int size, string options)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).GetPath();
        string[] words = ["-q", "--format", "raw", "--output-format", "raw", .. options.Split(' ')];
        var (ours, theirs) = (Make(folder["ours.img"], size), Make(folder["theirs.img"], size));

        var original = OriginalProgram.Run("virt-resize", folder.Path, [.. words, disk, theirs]);
        var ending = Published.Run("virt-resize", folder.Path, [.. words, disk, ours]);

        Assert.Equal((0, ""), (original.ExitCode, original.ErrorText));
        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(Table(theirs), Table(ours));
    }

    private static string Make(string path, int size)
    {
        using var file = File.Create(path);
        file.SetLength(size * MiB);
        return path;
    }

    /// <summary>The sectors of the table in hex, without the fields that differ on purpose.</summary>
    private static string[] Table(string image)
    {
        using var file = File.OpenRead(image);
        var first = Read(file, 0, 34);
        var record = first[..Sector];
        record.AsSpan(0, 446).Clear(); // boot code and the disk's signature, which the original makes anew
        var isGpt = record[450] == 0xEE;
        for (var entry = 446; entry < 510; entry += 16)
        {
            // The places by cylinder, head and sector: libparted guesses a geometry.
            record.AsSpan(entry + 1, 3).Clear();
            record.AsSpan(entry + 5, 3).Clear();
        }

        if (!isGpt)
        {
            return [Convert.ToHexString(record)];
        }

        var last = Read(file, file.Length - (33 * Sector), 33);
        return
        [
            Convert.ToHexString(record), Header(first.AsSpan(Sector, Sector)), Entries(first.AsSpan(2 * Sector)), Header(last.AsSpan(32 * Sector)),
            Entries(last.AsSpan(0, 32 * Sector)),
        ];
    }

    private static string Header(Span<byte> sector)
    {
        sector.Slice(16, 4).Clear(); // its sum, and that of the entries below
        sector.Slice(88, 4).Clear();
        sector.Slice(40, 8).Clear(); // the first sector that can be used: the original leaves none unused before the partitions
        return Convert.ToHexString(sector);
    }

    private static string Entries(Span<byte> entries)
    {
        for (var start = 0; start < entries.Length; start += 128)
        {
            entries.Slice(start + 49, 7).Clear(); // attributes but the first eight, and the name: the original loses both
            entries.Slice(start + 56, 72).Clear();
        }

        return Convert.ToHexString(entries);
    }

    private static byte[] Read(FileStream file, long offset, int sectors)
    {
        var bytes = new byte[sectors * Sector];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }
}
