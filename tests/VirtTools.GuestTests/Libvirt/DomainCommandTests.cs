using System.Text;
using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;
using VirtTools.GuestTests.Watch;

namespace VirtTools.GuestTests.Libvirt;

/// <summary>The published commands on guests of libvirt's test driver, whose disks are fixtures.</summary>
public sealed class DomainCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StringBuilder _guests = new();
    private int _count;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_running_guest_is_read_by_its_name_or_its_UUID_and_its_disk_stays_as_it_was()
    {
        Add("web", isRunning: true, Disk("web.img"));
        var before = File.ReadAllBytes(_folder["web.img"]);

        foreach (var name in (string[])["web", UuidOf(1)])
        {
            var ending = Published.Run("virt-cat", _folder.Path, "-c", Node(), "-d", name, "-m", "/dev/sda", "/etc/os-release");

            Assert.Equal("", ending.Error);
            Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(_folder["web.img"]));
    }

    [Fact]
    public void A_running_guest_is_not_edited()
    {
        Add("web", isRunning: true, Disk("web.img"));

        var ending = Published.Run("virt-edit", _folder.Path, "-c", Node(), "-d", "web", "-m", "/dev/sda", "-e", "s/a/b/", "/etc/os-release");

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("web", ending.Error, StringComparison.Ordinal);
        Assert.Contains("running", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_guests_are_examined_in_the_order_of_their_names_and_one_that_fails_holds_up_no_other()
    {
        Add("web", isRunning: true, Disk("web.img"));
        Add("db", isRunning: false, Disk("a.img"), Disk("b.img"));
        Add("lost", isRunning: false, Disk("gone.img", exists: false));

        var ending = Published.Run("virt-df", _folder.Path, "-c", Node(), "--csv", "-P", "2");

        Assert.Equal(1, ending.ExitCode);
        Assert.Equal(
            ["db,/dev/sda", "db,/dev/sdb", "web,/dev/sda"],
            ending.Text.Split('\n')[1..^1].Select(line => string.Join(',', line.Split(',')[..2])));
        Assert.Contains("lost: disk vda: ", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Guests_can_be_called_by_their_UUIDs()
    {
        Add("web", isRunning: true, Disk("web.img"));

        var ending = Published.Run("virt-df", _folder.Path, "-c", Node(), "--csv", "--uuid");

        Assert.StartsWith($"{UuidOf(1)},/dev/sda,", ending.Text.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_overlay_is_read_with_the_file_below_it()
    {
        Disk("base.img");
        using (var tool = System.Diagnostics.Process.Start("qemu-img", ["create", "-q", "-f", "qcow2", "-b", _folder["base.img"], "-F", "raw", _folder["top.qcow2"]]))
        {
            tool.WaitForExit();
        }

        Add("snapshot", isRunning: false, Disk("top.qcow2", "qcow2", exists: false));

        var ending = Published.Run("virt-ls", _folder.Path, "-c", Node(), "-d", "snapshot", "-m", "/dev/sda", "/etc");

        Assert.Equal("", ending.Error);
        Assert.Contains("os-release", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_whose_formats_only_the_description_knows_is_read()
    {
        var chain = GuestImages.Named("qcow2-chain-no-format").GetPath();
        var below = Path.Combine(Path.GetDirectoryName(chain)!, "base.qcow2");
        Add(
            "told",
            isRunning: false,
            $"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{chain}'/><target dev='vd@'/>"
                + $"<backingStore type='file'><format type='qcow2'/><source file='{below}'/><backingStore/></backingStore></disk>");

        var ending = Published.Run("virt-df", _folder.Path, "-c", Node(), "--csv");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.StartsWith("told,/dev/sda,", ending.Text.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_watch_over_all_guests_reads_those_whose_disks_have_changed()
    {
        Add("web", isRunning: true, Disk("web.img"));
        Add("db", isRunning: false, Disk("db.img"));
        Add("lost", isRunning: false, Disk("gone.img", exists: false));
        Thread.Sleep(2200); // what was changed a moment ago is read again in any case
        using var watch = new RunningWatch(["--watch", "1s", "-c", Node()]);
        var before = watch.WaitFor(m => m.Reads("web") == 1 && m.Reads("db") == 1 && m.Failures("lost") > 0, "the first round");

        File.WriteAllBytes(_folder["db.img"], File.ReadAllBytes(GuestImages.Named("ext2").GetPath()));
        var after = watch.WaitFor(m => m.IsReadable("db") && m.Figures("db").Contains("ext2", StringComparison.Ordinal), "the new content");

        Assert.Contains("ext4", before.Figures("db"), StringComparison.Ordinal);
        Assert.Equal(1, after.Reads("web"));
    }

    private static string UuidOf(int number) => $"11111111-2222-3333-4444-{number:000000000000}";

    private string Disk(string name, string format = "raw", bool exists = true)
    {
        if (exists)
        {
            File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), _folder[name]);
        }

        return $"<disk type='file' device='disk'><driver name='qemu' type='{format}'/><source file='{_folder[name]}'/><target dev='vd@'/></disk>";
    }

    private void Add(string name, bool isRunning, params string[] disks)
    {
        var letter = 'a';
        _guests.Append(
            $"<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><test:runstate>{(isRunning ? 1 : 5)}</test:runstate>"
            + $"<name>{name}</name><uuid>{UuidOf(++_count)}</uuid><memory>1024</memory><os><type>hvm</type></os>"
            + $"<devices>{string.Concat(disks.Select(disk => disk.Replace("vd@", $"vd{letter++}", StringComparison.Ordinal)))}</devices></domain>");
    }

    private string Node()
    {
        File.WriteAllText(_folder["node.xml"], $"<node>{_guests}</node>");
        return $"test://{_folder["node.xml"]}";
    }
}
