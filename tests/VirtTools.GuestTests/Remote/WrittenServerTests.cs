using System.Buffers.Binary;
using VirtTools.Fixtures.Building;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>Disks behind servers that are written by virt-edit, and what the image holds afterwards.</summary>
public sealed class WrittenServerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => ["nbd", "nbd+unix", "ssh", "iscsi"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_edited_file_is_on_the_servers_image_when_the_command_has_ended(string kind)
    {
        var image = Image();
        using var disk = new ServedDisk(kind, image, _folder, writable: true);

        var ending = Published.Finish(disk.Prepare("virt-edit", "-a", disk.Uri, "-m", "/dev/sda", "-e", "s/before/after/", "/hostname"));

        Assert.Equal((0, "", ""), (ending.ExitCode, ending.Text, ending.Error));
        disk.Kill();
        Assert.Equal("after\n", Programs.Debugfs.Run("-R", "cat /hostname", image).Text);
        Programs.E2fsck.Run("-fn", image);
    }

    [Theory]
    [InlineData("nbd", false, "allow writing")]
    [InlineData("http", true, "can only be read")]
    public void A_server_that_takes_no_writes_is_a_sentence_and_the_image_stays_as_it_was(string kind, bool writable, string says)
    {
        var image = Image();
        var before = File.ReadAllBytes(image);
        using var disk = new ServedDisk(kind, image, _folder, writable: writable);

        var ending = Published.Finish(disk.Prepare("virt-edit", "-a", disk.Uri, "-m", "/dev/sda", "-e", "s/before/after/", "/hostname"));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Matches("^virt-edit: [^\n]+\n$", ending.Error);
        Assert.Contains(says, ending.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(image));
    }

    [Fact]
    public void The_sector_size_that_is_asked_for_holds_for_a_disk_behind_a_server()
    {
        using var disk = new ServedDisk("nbd", LargeSectors(), _folder);

        var ending = Published.Finish(disk.Prepare("virt-cat", "--blocksize=4096", "-a", disk.Uri, "-m", "/dev/sda1", "/hostname"));

        Assert.Equal((0, "before\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    private string Image()
    {
        var folder = Directory.CreateDirectory(_folder["content"]).FullName;
        File.WriteAllText(Path.Combine(folder, "hostname"), "before\n");
        Programs.Mke2fs.Run("-q", "-t", "ext4", "-b", "4096", "-d", folder, _folder["disk.img"], "16M");
        return _folder["disk.img"];
    }

    /// <summary>A disk with one partition, whose table (MBR) counts in sectors of 4096 bytes: who takes them for 512 finds no file system.</summary>
    private string LargeSectors()
    {
        const int Sector = 4096;
        const int FirstSector = 256;
        const int Entry = 446;
        var partition = File.ReadAllBytes(Image());
        var disk = new byte[(FirstSector * Sector) + partition.Length];
        disk[Entry + 4] = 0x83;
        BinaryPrimitives.WriteInt32LittleEndian(disk.AsSpan(Entry + 8), FirstSector);
        BinaryPrimitives.WriteInt32LittleEndian(disk.AsSpan(Entry + 12), partition.Length / Sector);
        disk[510] = 0x55;
        disk[511] = 0xAA;
        partition.CopyTo(disk, FirstSector * Sector);
        File.WriteAllBytes(_folder["large-sectors.img"], disk);
        return _folder["large-sectors.img"];
    }
}
