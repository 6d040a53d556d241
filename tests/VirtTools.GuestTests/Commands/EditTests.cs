namespace VirtTools.GuestTests.Commands;

/// <summary>virt-edit on real file systems: what the guest holds afterwards.</summary>
public sealed class EditTests(EditedGuest edited) : IClassFixture<EditedGuest>
{
    private const int Permissions = 0xFFF;

    [Fact]
    public void Files_on_every_file_system_are_edited_in_one_launch_and_keep_owner_mode_and_attributes()
    {
        var ending = Edit(
            "-e", "s/before/after/", "/etc/hostname", "/xfs/hostname", "/btrfs/hostname", "/ntfs/hostname", "/vfat/hostname",
            "/etc/secret", "/xfs/secret", "/btrfs/secret");

        Assert.Equal((0, "", ""), (ending.ExitCode, ending.Text, ending.Error));
        using var guest = edited.Look();
        foreach (var folder in (string[])["/etc", "/xfs", "/btrfs", "/ntfs", "/vfat"])
        {
            Assert.Equal("after\n", guest.Cat($"{folder}/hostname"));
            Assert.DoesNotContain(guest.Ls(folder), name => name.Contains("virt-edit"));
        }

        foreach (var folder in (string[])["/etc", "/xfs", "/btrfs"])
        {
            var status = guest.Statns($"{folder}/secret");
            Assert.Equal((0b100_110_100_000, 7, 42), (status.StMode & Permissions, status.StUid, status.StGid));
            Assert.Equal("kept"u8.ToArray(), guest.Getxattr($"{folder}/secret", "user.note"));
            Assert.Equal("system_u:object_r:shadow_t:s0"u8.ToArray(), guest.Getxattr($"{folder}/secret", "security.selinux"));
        }
    }

    [Fact]
    public void A_large_file_and_one_with_any_bytes_keep_what_the_expression_leaves()
    {
        var ending = Edit("-e", "s/^a/b/ if $lineno == 3; s/x/yy/", "/large", "/etc/bytes");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        using var guest = edited.Look();
        Assert.Equal([0, 1, (byte)'y', (byte)'y', 0xFF, 10, 0xC3, 10, (byte)'y', (byte)'y', 0], guest.ReadFile("/etc/bytes"));
        var expected = (byte[])EditedGuest.LargeContent.Clone();
        expected[2048] = (byte)'b';
        using var large = new MemoryStream(expected.Length);
        guest.Download("/large", large);
        Assert.True(large.GetBuffer().AsSpan(0, (int)large.Length).SequenceEqual(expected));
    }

    [Fact]
    public void Links_stay_links_and_their_target_is_replaced_with_a_backup()
    {
        var ending = Edit("-b", ".orig", "--replace", "s/$/+/", "/etc/relative", "/links/absolute", "/links/upwards", "/links/dangling");

        Assert.Equal(1, ending.ExitCode);
        Assert.Equal("virt-edit: disk.img: no such file in the guest: /links/dangling\n", ending.Error);
        using var guest = edited.Look();
        Assert.Equal("before+++\n", guest.Cat("/etc/target"));
        Assert.Equal("before++\n", guest.Cat("/etc/target.orig"));
        Assert.Equal(["target", "/etc/target", "../../../../etc/target"], [guest.Readlink("/etc/relative"), guest.Readlink("/links/absolute"), guest.Readlink("/links/upwards")]);
        Assert.False(guest.Exists("/nowhere"));
    }

    [Fact]
    public void What_fails_changes_nothing_and_an_editor_that_works_gets_the_others()
    {
        var refused = Edit("-e", "die 'not this one'", "/many/refused");
        var failing = Editor("false", "/many/refused");
        var script = Path.Combine(edited.Folder, "editor.sh");
        File.WriteAllText(script, "#!/bin/sh\nprintf 'no newline at the end' >\"$2\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var edit = Editor($"'{script}' --wait", "/many/one", "/many/two");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("/many/refused is left as it was: the expression failed: not this one", refused.Error);
        Assert.Equal(1, failing.ExitCode);
        Assert.Contains("/many/refused is left as it was: false exited with status 1", failing.Error);
        Assert.Equal((0, ""), (edit.ExitCode, edit.Error));
        using var guest = edited.Look();
        Assert.Equal("before\n", guest.Cat("/many/refused"));
        Assert.Equal(["no newline at the end", "no newline at the end"], [guest.Cat("/many/one"), guest.Cat("/many/two")]);
        Assert.Equal(["one", "refused", "two"], guest.Ls("/many"));
    }

    [Fact]
    public void A_signal_while_the_editor_runs_changes_nothing_and_leaves_nothing_on_the_host()
    {
        using var folder = new TestFolder();
        using var temporary = new TestFolder();
        File.WriteAllText(folder["editor.sh"], "#!/bin/sh\necho changed >\"$1\"\nkill -TERM $PPID\nexec sleep 60\n");
        File.SetUnixFileMode(folder["editor.sh"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = Published.Prepare("virt-edit", temporary.Path, ["--format=raw", "-a", edited.Image, .. EditedGuest.Mounts, "/many/refused"]);
        start.Environment["EDITOR"] = folder["editor.sh"];

        var ending = Published.Finish(start);

        Assert.Equal(143, ending.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path));
        using var guest = edited.Look();
        Assert.Equal("before\n", guest.Cat("/many/refused"));
    }

    [Fact]
    public void Ctrl_C_in_the_editor_is_the_editors()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["editor.sh"], "#!/bin/sh\nkill -INT $PPID\necho after >\"$1\"\n");
        File.SetUnixFileMode(folder["editor.sh"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var ending = Editor(folder["editor.sh"], "/etc/interrupted");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        using var guest = edited.Look();
        Assert.Equal("after\n", guest.Cat("/etc/interrupted"));
    }

    [Fact]
    public void An_image_that_is_in_use_is_refused_with_a_sentence()
    {
        using var folder = new TestFolder();
        var image = folder["running.img"];
        File.WriteAllBytes(image, new byte[1 << 20]);
        using var writer = new Running(image);

        var ending = Published.Run("virt-edit", folder.Path, "--format=raw", "-a", image, "-m", "/dev/sda", "-e", "1", "/etc/hostname");

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("running.img", ending.Error);
        Assert.Contains("in use", ending.Error);
    }

    private Ending Edit(params string[] words) =>
        Published.Run("virt-edit", edited.Folder, ["--format=raw", "-a", edited.Image, .. EditedGuest.Mounts, .. words]);

    private Ending Editor(string editor, params string[] files)
    {
        var start = Published.Prepare("virt-edit", edited.Folder, ["--format=raw", "-a", edited.Image, .. EditedGuest.Mounts, .. files]);
        start.Environment["EDITOR"] = editor;
        return Published.Finish(start);
    }

    /// <summary>Another appliance that writes to the image, as the QEMU of a running guest.</summary>
    private sealed class Running : IDisposable
    {
        private readonly Guestfs _guest = Guests.Prepare();

        public Running(string image)
        {
            _guest.AddDrive(image, new() { Format = "raw" });
            _guest.Launch();
        }

        public void Dispose() => _guest.Dispose();
    }
}
