using System.Diagnostics;
using System.Security.Cryptography;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Commands;

/// <summary>The published commands on a real guest: right output, and the image is byte-identical afterwards.</summary>
public sealed class ReadOnlyTests
{
    [Fact]
    public void The_three_commands_read_a_Debian_guest_and_leave_its_image_as_it_was()
    {
        using var folder = new TestFolder();
        var image = GuestImages.Debian.Get()[0].Path;
        var before = State(image);

        var cat = Published.Run("virt-cat", folder.Path, "-a", image, "/etc/hostname", "/etc/fstab");
        var list = Published.Run("virt-ls", folder.Path, "-a", image, "-l", "/etc");
        var usage = Published.Run("virt-df", folder.Path, "-a", image);

        Assert.Equal((0, ""), (cat.ExitCode, cat.Error));
        Assert.Contains("UUID=", cat.Text);
        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Contains("fstab", list.Text);
        Assert.Equal((0, ""), (usage.ExitCode, usage.Error));
        Assert.Contains("/dev/sda1", usage.Text);
        Assert.Equal(before, State(image));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_file_a_directory_and_a_good_file_each_get_their_due()
    {
        using var folder = new TestFolder();
        var image = GuestImages.Debian.Get()[0].Path;

        var ending = Published.Run("virt-cat", folder.Path, "-a", image, "-m", "/dev/sda2", "/etc/nope", "/etc", "/etc/hostname");

        Assert.Equal(1, ending.ExitCode);
        Assert.Equal("debian\n", ending.Text);
        Assert.Contains("no such file in the guest: /etc/nope", ending.Error);
        Assert.Contains("/etc", ending.Error);
        Assert.Equal(2, ending.Error.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void A_blank_disk_gives_the_header_of_virt_df_only()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);

        var ending = Published.Run("virt-df", folder.Path, "--format=raw", "-a", "disk");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Single(ending.Text.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Cron_like_surroundings_work()
    {
        using var folder = new TestFolder();
        var deep = folder[string.Concat(Enumerable.Repeat("x", 200 - folder.Path.Length > 0 ? 200 - folder.Path.Length : 1))];
        Directory.CreateDirectory(deep);
        var start = Published.Prepare("virt-cat", folder.Path, "-a", GuestImages.Debian.Get()[0].Path, "-m", "/dev/sda2", "/etc/hostname");
        foreach (var name in start.Environment.Keys.Where(k => k is not "LIBGUESTFS_PATH").ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LANG"] = "C";
        start.Environment["TMPDIR"] = deep;

        var ending = Published.Finish(start);

        Assert.Equal((0, "debian\n", ""), (ending.ExitCode, ending.Text, ending.Error));
        Assert.Empty(Directory.GetFileSystemEntries(deep));
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_command_silently()
    {
        using var folder = new TestFolder();
        var image = GuestImages.Debian.Get()[0].Path;
        using var process = Process.Start(Published.Prepare("virt-ls", folder.Path, "-a", image, "-m", "/dev/sda2", "-R", "/usr"))!;
        process.StandardInput.Close();
        Assert.NotNull(process.StandardOutput.ReadLine());
        process.StandardOutput.Close();

        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        // 128 and the number of SIGPIPE, as if the signal had ended the command.
        Assert.Equal((141, ""), (process.ExitCode, error));
        InterruptionTests.AssertNothingLeft(folder);
    }

    private static (string, DateTime) State(string path)
    {
        using var file = File.OpenRead(path);
        return (Convert.ToHexString(SHA256.HashData(file)), File.GetLastWriteTimeUtc(path));
    }
}
