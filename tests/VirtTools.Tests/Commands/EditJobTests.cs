using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Running;
using VirtTools.Commands;
using VirtTools.Tests.CommandLine;

namespace VirtTools.Tests.Commands;

public sealed class EditJobTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly CapturedStreams _streams = new("virt-edit");
    private readonly FakeFiles _files = new();

    public EditJobTests()
    {
        File.WriteAllText(_folder.Path + "/disk.img", "");
        Directory.CreateDirectory(_folder.Path + "/tmp");
    }

    private string Temporary => _folder.Path + "/tmp";

    [Fact]
    public async Task An_expression_changes_each_line_and_the_file_keeps_owner_mode_and_attributes()
    {
        _files.Add("/etc/shadow", new FakeFile("root:*:1\nada:!:2"u8.ToArray(), 0x81A0, 7, 42) { Xattrs = { ["security.selinux"] = "shadow_t" } });

        await EditAsync("/etc/shadow", "-e", "s/$/:x/ if $lineno == 2");

        var file = _files["/etc/shadow"];
        Assert.Equal(("root:*:1\nada:!:2:x", 0x81A0, 7, 42), (file.Text, file.Mode, file.Uid, file.Gid));
        Assert.Equal("shadow_t", file.Xattrs["security.selinux"]);
        Assert.Equal(["/etc/shadow"], _files.Paths);
        Assert.Equal("", _streams.Error);
    }

    [Theory]
    [InlineData("$_ = '' if /^b/", "a\nc")]
    [InlineData("next if /^b/", "a\nc")]
    [InlineData("last if /^b/", "a\n")]
    [InlineData("my $m = $_; chomp $m; $_ = \"$m$lineno\\n\"", "a1\nb2\nc3\n")]
    [InlineData("$seen++; $_ = \"$seen$_\"", "1a\n2b\n3c")]
    [InlineData("tr/a-c/A-C/; # a comment", "A\nB\nC")]
    public async Task Expressions_mean_what_they_mean_to_the_original(string expression, string expected)
    {
        _files.Add("/f", "a\nb\nc");

        await EditAsync("/f", "-e", expression);

        Assert.Equal(expected, _files["/f"].Text);
    }

    [Theory]
    [InlineData("die 'no'", "no at ")]
    [InlineData("s/(//", "Unmatched")]
    [InlineData("exit 3", "perl exited with status 3")]
    public async Task A_failing_expression_changes_nothing_and_the_next_file_is_still_edited(string expression, string reason)
    {
        _files.Add("/f", "a\n").Add("/empty", "");

        await EditAsync("/f /empty", "-e", expression);

        Assert.Equal("a\n", _files["/f"].Text);
        Assert.DoesNotContain("upload", _files.Guest.Calls);
        Assert.Equal(2, _files.Guest.Calls.Count(call => call == "download"));
        Assert.StartsWith("virt-edit: disk.img: /f is left as it was: the expression failed: ", _streams.Error);
        Assert.Contains(reason, _streams.Error);
        Assert.Equal(1, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task Without_perl_the_package_is_named()
    {
        _files.Add("/f", "a\n");

        var failure = await Assert.ThrowsAsync<CommandFailedException>(
            () => EditAsync("/f", new PerlExpression("1", Temporary, _streams.Streams, "no-such-perl")));

        Assert.Contains("install the package perl", failure.Message);
        Assert.Contains("--replace", failure.Message);
    }

    [Fact]
    public async Task What_perl_warns_of_is_shown_and_made_harmless()
    {
        _files.Add("/f", "a\n");

        await EditAsync("/f", "-e", "warn \"\\e[31mred\\n\"; s/a/b/");

        Assert.Equal("\\x1b[31mred\n", _streams.Error);
        Assert.Equal("b\n", _files["/f"].Text);
    }

    [Fact]
    public async Task A_file_that_stays_the_same_is_not_written()
    {
        _files.Add("/f", "a\n");

        await EditAsync("/f", "-e", "s/b/c/");

        Assert.Equal(["realpath", "statns", "download"], _files.Guest.Calls);
        Assert.Equal((0, ""), (_streams.Streams.ComplaintCount, _streams.Error));
    }

    [Fact]
    public async Task Any_bytes_are_kept()
    {
        byte[] content = [0, 0xFF, (byte)'a', 10, 10, 0xC3, 0, (byte)'a'];
        _files.Add("/f", new FakeFile(content));

        await EditAsync("/f", "--replace", "s/a/bb/");

        Assert.Equal([0, 0xFF, (byte)'b', (byte)'b', 10, 10, 0xC3, 0, (byte)'b', (byte)'b'], _files["/f"].Content);
    }

    [Fact]
    public async Task Several_replacements_are_applied_in_their_order()
    {
        _files.Add("/f", "one two\ntwo\n");

        await EditAsync("/f", "--replace", "s/two/three/", "--replace", "s/three/four/");

        Assert.Equal("one four\nfour\n", _files["/f"].Text);
    }

    [Fact]
    public async Task Half_a_character_is_not_left_behind()
    {
        _files.Add("/f", "\ud83d\udc80\n");

        await EditAsync("/f", "--replace", "s/.//");

        Assert.Equal("\ud83d\udc80\n", _files["/f"].Text);
        Assert.Contains("half of a character", _streams.Error);
    }

    [Fact]
    public async Task The_target_of_a_link_is_replaced_and_the_link_stays()
    {
        _files.Add("/real", "a\n").Link("/link", "/real");

        await EditAsync("/link", "-e", "s/a/b/");

        Assert.Equal("b\n", _files["/real"].Text);
        Assert.Equal(["/real"], _files.Paths);
    }

    [Fact]
    public async Task A_backup_holds_what_the_file_was()
    {
        _files.Add("/f", new FakeFile("a\n"u8.ToArray(), 0x8180)).Add("/f.orig", "older");

        await EditAsync("/f", "-b", ".orig", "-e", "s/a/b/");

        Assert.Equal(("a\n", 0x8180), (_files["/f.orig"].Text, _files["/f.orig"].Mode));
        Assert.Equal(("b\n", 0x8180), (_files["/f"].Text, _files["/f"].Mode));
    }

    [Fact]
    public async Task An_access_list_that_only_the_folder_gave_is_not_kept()
    {
        _files.Inherited["system.posix_acl_access"] = "everybody";
        _files.Add("/f", "a\n");

        await EditAsync("/f", "-e", "s/a/b/");

        Assert.Equal("b\n", _files["/f"].Text);
        Assert.Empty(_files["/f"].Xattrs);
    }

    [Fact]
    public async Task An_owner_that_cannot_be_kept_leaves_the_file_as_it_was()
    {
        _files.Add("/f", new FakeFile("a\n"u8.ToArray(), Uid: 7));
        _files.Guest.On("copy_attributes", (ref _, _) => throw new GuestfsException("copy_attributes", "EPERM", "Operation not permitted"));

        await EditAsync("/f", "-e", "s/a/b/");

        Assert.Equal("a\n", _files["/f"].Text);
        Assert.Equal(["/f"], _files.Paths);
        Assert.Contains("owner and mode", _streams.Error);
    }

    [Fact]
    public async Task A_file_system_without_attributes_is_no_failure()
    {
        _files.Add("/f", "a\n");
        _files.Guest.On("copy_attributes", (ref _, _) => throw new GuestfsException("copy_attributes", "EPERM", "Operation not permitted"))
            .On("getxattrs", (ref _, _) => throw new GuestfsException("getxattrs", "ENOTSUP", "not supported"));

        await EditAsync("/f", "-e", "s/a/b/");

        Assert.Equal(("b\n", ""), (_files["/f"].Text, _streams.Error));
    }

    [Theory]
    [InlineData("upload", "ENOSPC")]
    [InlineData("rename", "EPERM")]
    public async Task What_fails_on_the_way_leaves_the_file_as_it_was_and_nothing_beside_it(string action, string errno)
    {
        _files.Add("/f", "a\n");
        if (action == "upload")
        {
            _files.Guest.Uploads(action, (_, _) => throw new GuestfsException(action, errno, "upload: no space"));
        }
        else
        {
            _files.Guest.On(action, (ref _, _) => throw new GuestfsException(action, errno, "rename: not permitted"));
        }

        await EditAsync("/f", "-e", "s/a/b/");

        Assert.Equal("a\n", _files["/f"].Text);
        Assert.Equal(["/f"], _files.Paths);
        Assert.Equal("rm_f", _files.Guest.Calls[^1]);
        Assert.Equal(1, _streams.Streams.ComplaintCount);
    }

    [Theory]
    [InlineData(0x41ED, "it is a directory")]
    [InlineData(0x11A4, "a pipe")]
    [InlineData(0x21A4, "a device")]
    public async Task What_is_no_regular_file_is_refused(long mode, string reason)
    {
        _files.Add("/x", new FakeFile([], mode));

        await EditAsync("/x", "-e", "1");

        Assert.Contains(reason, _streams.Error);
        Assert.DoesNotContain("download", _files.Guest.Calls);
    }

    [Fact]
    public async Task A_file_with_further_names_is_told_of()
    {
        _files.Add("/f", new FakeFile("a\n"u8.ToArray(), Links: 2));

        await EditAsync("/f", "-e", "s/a/b/");

        Assert.Contains("warning: /f had 2 names", _streams.Error);
        Assert.Equal(0, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task An_editor_gets_a_private_file_of_the_same_name_behind_its_own_arguments()
    {
        _files.Add("/etc/.my config", "a\n");
        var log = _folder.Path + "/log";
        var script = Script($"echo \"$1 $(basename \"$2\") $(stat -c %a \"$2\" \"$(dirname \"$2\")\" | tr '\\n' ' ')\" >{log}; echo b >>\"$2\"");

        await EditAsync("/etc/.my config", Editor($"{script} --wait"));

        Assert.Equal("--wait my_config 600 700 \n", File.ReadAllText(log));
        Assert.Equal("a\nb\n", _files["/etc/.my config"].Text);
        Assert.Empty(Directory.GetFileSystemEntries(Temporary));
    }

    [Fact]
    public async Task An_editor_may_put_a_new_file_in_the_place()
    {
        _files.Add("/f", "a\n");

        await EditAsync("/f", Editor(Script("echo new >\"$1.tmp\"; mv \"$1.tmp\" \"$1\"; touch \"$1~\"")));

        Assert.Equal("new\n", _files["/f"].Text);
        Assert.Empty(Directory.GetFileSystemEntries(Temporary));
    }

    [Fact]
    public async Task A_failing_editor_changes_nothing_and_ends_the_work()
    {
        _files.Add("/f", "a\n").Add("/g", "a\n");

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => EditAsync("/f /g", Editor(Script("echo b >\"$1\"; exit 3"))));

        Assert.Contains("/f is left as it was", failure.Message);
        Assert.Contains("exited with status 3", failure.Message);
        Assert.DoesNotContain("upload", _files.Guest.Calls);
        Assert.Empty(Directory.GetFileSystemEntries(Temporary));
    }

    [Fact]
    public async Task An_editor_that_leaves_a_link_is_not_followed()
    {
        _files.Add("/f", "a\n");

        await EditAsync("/f", Editor(Script("ln -sf /etc/passwd \"$1\"")));

        Assert.Equal("a\n", _files["/f"].Text);
        Assert.Contains("left something else than a file behind", _streams.Error);
    }

    [Fact]
    public async Task An_editor_that_does_not_exist_is_named()
    {
        _files.Add("/f", "a\n");

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => EditAsync("/f", Editor("no-such-editor -w")));

        Assert.Contains("no-such-editor: no such program; set EDITOR", failure.Message);
    }

    [Fact]
    public async Task Closing_without_a_change_is_told_and_writes_nothing()
    {
        _files.Add("/f", "a\n");

        await EditAsync("/f", Editor("true"));

        Assert.Equal("virt-edit: /f: not changed\n", _streams.Error);
        Assert.DoesNotContain("upload", _files.Guest.Calls);
    }

    [Theory]
    [InlineData("/etc/fstab", "fstab")]
    [InlineData("/home/x/.exrc", "exrc")]
    [InlineData("/a/$(reboot)\n", "__reboot__")]
    [InlineData("/...", "file")]
    public void A_name_for_the_editor_is_harmless(string path, string name) => Assert.Equal(name, EditorProgram.NameFor(path));

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    private EditorProgram Editor(string command) => new(EditorCommand.Split(command), Temporary);

    private string Script(string body)
    {
        var path = _folder.Path + "/editor.sh";
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private Task EditAsync(string files, params string[] words)
    {
        var options = Options(files, words);
        return EditAsync(options, options.Expression is { } expression
            ? new PerlExpression(expression, Temporary, _streams.Streams)
            : new LineEdit(options.Replacements, Temporary));
    }

    private Task EditAsync(string files, IFileChange change) => EditAsync(Options(files), change);

    private Task EditAsync(EditOptions options, IFileChange change) =>
        FileEdit.RunAsync(new(_files.Guest.Handle, GuestPaths.Plain), options, change, _streams.Streams, CancellationToken.None);

    private EditOptions Options(string files, params string[] words)
    {
        var options = new EditOptions();
        string[] operands = files.Contains(" /") ? files.Split(' ') : [files];
        options.Read(["-a", _folder.Path + "/disk.img", .. words, "--", .. operands]);
        return options;
    }
}
