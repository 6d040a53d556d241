using System.Diagnostics;
using System.Security.Cryptography;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Commands;

/// <summary>Odd surroundings and odd images that are no reason to fail: the right output, exit status 0, the image as it was.</summary>
public sealed class OddButValidTests
{
    private const string HostName = "/etc/hostname";

    [Fact]
    public void A_disk_that_another_QEMU_holds_open_for_writing_is_read_and_left_as_it_was()
    {
        using var folder = new TestFolder();
        File.Copy(GuestImages.Named("ext4").GetPath(), folder["disk.img"]);

        // The copy can only be read, as the fixture; for root that is no difference.
        File.SetUnixFileMode(folder["disk.img"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var running = Process.Start(new ProcessStartInfo(
            "qemu-system-x86_64",
            ["-nodefaults", "-display", "none", "-S", "-accel", "tcg", "-drive", $"if=virtio,format=raw,file={folder["disk.img"]}"]))!;
        try
        {
            WaitUntilOpen(running, folder["disk.img"]);
            var before = State(folder["disk.img"]);

            var cat = Published.Run("virt-cat", folder.Path, "-a", "disk.img", "-m", "/dev/sda", HostName);
            var list = Published.Run("virt-ls", folder.Path, "-a", "disk.img", "-m", "/dev/sda", "/etc");
            var usage = Published.Run("virt-df", folder.Path, "-a", "disk.img");

            Assert.Equal((0, "ext4\n", ""), (cat.ExitCode, cat.Text, cat.Error));
            Assert.Equal((0, ""), (list.ExitCode, list.Error));
            Assert.Contains("hostname\n", list.Text);
            Assert.Equal((0, ""), (usage.ExitCode, usage.Error));
            Assert.Contains("disk.img:/dev/sda", usage.Text);
            Assert.Equal(before, State(folder["disk.img"]));
            Assert.False(running.HasExited);
        }
        finally
        {
            running.Kill();
            running.WaitForExit();
        }
    }

    [Fact]
    public void A_dirty_journal_is_replayed_for_the_reader_only()
    {
        using var folder = new TestFolder();
        var image = GuestImages.Named("dirty-journal").GetPath();
        var before = State(image);

        var cat = Published.Run("virt-cat", folder.Path, "-a", image, "-m", "/dev/sda", "/state");
        var list = Published.Run("virt-ls", folder.Path, "-a", image, "-m", "/dev/sda", "/");
        var usage = Published.Run("virt-df", folder.Path, "-a", image);

        Assert.Equal((0, ""), (cat.ExitCode, cat.Error));
        Assert.NotEmpty(cat.Output);
        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Contains("state\n", list.Text);
        Assert.Equal((0, ""), (usage.ExitCode, usage.Error));
        Assert.Equal(before, State(image));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Thirty_drives_are_told_apart()
    {
        using var folder = new TestFolder();
        string[] disks = [.. GuestImages.ThirtyDrives.Get().Select(disk => disk.Path)];
        Assert.Equal(30, disks.Length);

        var ending = Published.Run("virt-df", folder.Path, [.. disks.SelectMany(disk => (string[])["-a", disk])]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        var lines = ending.Text.TrimEnd('\n').Split('\n');
        Assert.StartsWith("Filesystem", lines[0]);
        Assert.All(["/dev/sda", "/dev/sdz", "/dev/sdaa", "/dev/sdad"], device => Assert.Contains(lines, line => line.Contains(device, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_host_file_may_have_any_name()
    {
        using var folder = new TestFolder();
        const string Name = " two words\nand \u001b[31mcolour,=:\".img";
        File.Copy(GuestImages.Named("ext4").GetPath(), folder[Name]);

        var ending = Published.Run("virt-cat", folder.Path, "-a", Name, "-m", "/dev/sda", HostName);

        Assert.Equal((0, "ext4\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [Fact]
    public void A_host_file_may_have_a_name_that_is_no_text()
    {
        using var folder = new TestFolder();

        var ending = Published.Finish(InShell(folder, """
            name=$(printf 'not \377 text')
            cp "$3" "$name"
            "$1" -a "$name" -m /dev/sda /etc/hostname && "$(dirname "$1")/virt-df" -a "$name"
            status=$?
            rm "$name"
            exit $status
            """));

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.StartsWith("ext4\n", ending.Text);
        Assert.True(ending.Output.AsSpan().IndexOf((byte[])[.. "not "u8, 0xFF, .. " text:/dev/sda"u8]) > 0);
    }

    [Fact]
    public void Names_in_a_guest_may_be_any_bytes_and_come_out_as_they_are()
    {
        using var folder = new TestFolder();

        var ending = Published.Run("virt-ls", folder.Path, "-a", GuestImages.Named("ext4").GetPath(), "-m", "/dev/sda", "-R", "-0", "/");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        var bytes = ending.Output.AsSpan();
        Assert.True(bytes.IndexOf("\0files/folder with spaces/a file, with a comma.csv\0"u8) > 0);
        Assert.True(bytes.IndexOf("\0names/new\nline\0"u8) > 0);
        Assert.True(bytes.IndexOf("\0names/escape\u001b[31m red \u001b[0m\0"u8) > 0);
        Assert.True(bytes.IndexOf((byte[])[.. "\0names/"u8, 0xFF, 0xFE, 0x80, 0]) > 0);
    }

    [Fact]
    public void Links_of_the_guest_lead_to_files_of_the_guest_or_nowhere()
    {
        using var folder = new TestFolder();
        var image = GuestImages.Named("ext4").GetPath();

        var absolute = Published.Run("virt-cat", folder.Path, "-a", image, "-m", "/dev/sda", "/links/absolute");
        var list = Published.Run("virt-ls", folder.Path, "-a", image, "-m", "/dev/sda", "-lR", "/links");

        Assert.Equal((0, "Hello, world.\n", ""), (absolute.ExitCode, absolute.Text, absolute.Error));
        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Contains("/links/dangling -> ", list.Text);
    }

    [Fact]
    public void HOME_of_another_user_is_left_alone()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["home"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var start = InShell(folder, """
            [ "$(id -u)" != 0 ] || chown 65534:65534 "$HOME"
            unset XDG_CACHE_HOME LIBGUESTFS_CACHEDIR
            exec "$@"
            """);
        start.Environment["HOME"] = folder["home"];

        var ending = Published.Finish(start);

        Assert.Equal((0, "ext4\n", ""), (ending.ExitCode, ending.Text, ending.Error));
        Assert.Empty(Directory.GetFileSystemEntries(folder["home"]));
    }

    [Theory]
    [InlineData("blank")]
    [InlineData("empty")]
    [InlineData("no-partitions")]
    public void A_disk_without_file_systems_is_a_header_of_virt_df(string image)
    {
        using var folder = new TestFolder();
        File.Copy(GuestImages.Named(image).GetPath(), folder["disk.img"]);
        var before = State(folder["disk.img"]);

        var ending = Published.Run("virt-df", folder.Path, "-a", "disk.img");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.StartsWith("Filesystem ", Assert.Single(ending.Text.TrimEnd('\n').Split('\n')));
        Assert.Equal(before, State(folder["disk.img"]));
    }

    [Fact]
    public void QEMU_is_found_under_its_other_name()
    {
        using var folder = new TestFolder();
        File.CreateSymbolicLink(folder["qemu-kvm"], "/usr/bin/qemu-system-x86_64");
        var start = Published.Prepare("virt-cat", folder.Path, OfExt4);
        start.Environment["PATH"] = folder.Path;

        var ending = Published.Finish(start);
        start.ArgumentList.Clear();
        start.ArgumentList.Add("--version");
        var version = Published.Finish(start);

        Assert.Equal((0, "ext4\n", ""), (ending.ExitCode, ending.Text, ending.Error));
        Assert.Contains($"({folder["qemu-kvm"]})", version.Text);
    }

    [Fact]
    public void QEMU_is_found_where_it_is_on_nobodys_PATH()
    {
        using var folder = new TestFolder();
        var start = Published.InMountNamespace(Published.Prepare("virt-cat", folder.Path, OfExt4), """
            mount -t tmpfs none /usr/libexec && cp /usr/bin/qemu-system-x86_64 /usr/libexec/qemu-kvm || exit 99
            for qemu in /usr/bin/qemu-system-x86_64 /usr/bin/qemu-kvm /usr/local/bin/qemu-system-x86_64; do
                [ ! -e $qemu ] || mount --bind /dev/null $qemu || exit 99
            done
            exec "$@"
            """);
        start.Environment["LIBGUESTFS_BACKEND_SETTINGS"] = "no_template";

        var ending = Published.Finish(start);

        Assert.Equal((0, "ext4\n"), (ending.ExitCode, ending.Text));
    }

    [Fact]
    public void A_closed_standard_input_is_no_obstacle()
    {
        using var folder = new TestFolder();

        var ending = Published.Finish(InShell(folder, "exec \"$@\" <&-"));

        Assert.Equal((0, "ext4\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    /// <summary>/proc takes no folder from anybody, root included.</summary>
    [Fact]
    public void A_cache_folder_that_cannot_be_written_costs_time_only()
    {
        using var folder = new TestFolder();
        var start = Published.Prepare("virt-cat", folder.Path, OfExt4);
        start.Environment["LIBGUESTFS_CACHEDIR"] = "/proc/virttools";

        var ending = Published.Finish(start);

        Assert.Equal((0, "ext4\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [Fact]
    public void A_full_cache_folder_costs_time_only()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["cache"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var ending = Published.Finish(OnFullDisk(folder, "cache", "LIBGUESTFS_CACHEDIR"));

        Assert.Equal((0, "ext4\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [Fact]
    public void A_full_temporary_folder_gets_one_sentence()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["tmp"]);

        var ending = Published.Finish(OnFullDisk(folder, "tmp", "TMPDIR"));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Single(ending.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("No space left", ending.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(folder["tmp"], ending.Error);
    }

    private static string[] OfExt4 => ["-a", GuestImages.Named("ext4").GetPath(), "-m", "/dev/sda", HostName];

    private static ProcessStartInfo InShell(TestFolder folder, string script) =>
        Published.InShell(Published.Prepare("virt-cat", folder.Path, OfExt4), script);

    /// <summary>virt-cat where a folder is a file system without a free byte.</summary>
    private static ProcessStartInfo OnFullDisk(TestFolder folder, string name, string variable)
    {
        var start = Published.InMountNamespace(Published.Prepare("virt-cat", folder.Path, OfExt4), """
            mount -t tmpfs -o size=64k,mode=700 none "$FULL_FOLDER" || exit 99
            head -c 1000000 /dev/zero >"$FULL_FOLDER/filler" 2>/dev/null
            exec "$@"
            """);
        start.Environment["FULL_FOLDER"] = folder[name];
        start.Environment[variable] = folder[name];
        return start;
    }

    private static void WaitUntilOpen(Process holder, string path)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromMinutes(1); Thread.Sleep(50))
        {
            if (Directory.GetFiles($"/proc/{holder.Id}/fd").Any(file => new FileInfo(file).LinkTarget == path))
            {
                return;
            }
        }

        throw new TimeoutException("the other QEMU has not opened its disk");
    }

    private static (string Hash, DateTime Written) State(string path)
    {
        using var file = File.OpenRead(path);
        return (Convert.ToHexString(SHA256.HashData(file)), File.GetLastWriteTimeUtc(path));
    }
}
