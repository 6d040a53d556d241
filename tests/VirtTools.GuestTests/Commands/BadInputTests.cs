using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Commands;

/// <summary>Bad input gets one clear sentence, exit status 1, nothing on standard output, and leaves nothing behind.</summary>
public sealed class BadInputTests
{
    private const string Secret = "of another file ";

    /// <summary>Name of the case; how to make <c>disk</c> in a folder; what the sentence must say.</summary>
    private static readonly Dictionary<string, (Action<TestFolder> Make, string[] Says)> Images = new()
    {
        ["no such image"] = (_ => { }, ["disk", "No such file"]),
        ["a directory"] = (f => Directory.CreateDirectory(f["disk"]), ["disk", "directory"]),
        ["a FIFO"] = (f => Tool("mkfifo", f["disk"]), ["disk", "FIFO"]),
        ["a loop of symbolic links"] = (f => File.CreateSymbolicLink(f["disk"], "disk"), ["disk", "symbolic link"]),
        ["a truncated qcow2"] = (f => Truncated(f), ["disk", "truncated"]),
        ["a backing file that is missing"] = (f => Backed(f, "gone.raw", "raw"), ["gone.raw"]),
        ["a backing file without a recorded format"] = (f => Backed(f, "base.raw", null), ["format"]),
        ["a backing file of json:"] = (f => Backed(f, "json:{\"driver\":\"file\",\"filename\":\"/etc/shadow\"}", "raw"), ["json:"]),
        ["a backing file of nbd:"] = (f => Backed(f, "nbd://localhost/x", "raw"), ["nbd:"]),
        ["a backing file of /dev/stdin"] = (f => Backed(f, "/dev/stdin", "raw"), ["/dev/stdin"]),
        ["a backing file that is itself"] = (f => Backed(f, "disk.qcow2", "qcow2"), ["disk.qcow2"]),
        ["a raw disk that carries a qcow2 header"] = (f => RawWithHeader(f), ["--format"]),
        ["a vmdk whose extent is /etc/shadow"] = (f => File.WriteAllText(f["disk.vmdk"], """
            # Disk DescriptorFile
            version=1
            CID=fffffffe
            parentCID=ffffffff
            createType="monolithicFlat"
            RW 16 FLAT "/etc/shadow" 0
            """), ["/etc/shadow"]),
    };

    public static TheoryData<string> ImageCases => [.. Images.Keys];

    [Theory]
    [MemberData(nameof(ImageCases))]
    public void An_image_that_cannot_be_used_is_refused_with_one_sentence(string name)
    {
        using var folder = new TestFolder();
        var (make, says) = Images[name];
        make(folder);
        var disk = new[] { "disk.qcow2", "disk.vmdk", "disk" }.FirstOrDefault(n => File.Exists(folder[n]), "disk");
        var before = Snapshot(folder.Path);

        var ending = Published.Run("virt-cat", folder.Path, "-a", disk, "-m", "/dev/sda", "/etc/fstab");

        AssertOneSentence(ending, says);
        Assert.Equal(before, Snapshot(folder.Path));
        Assert.DoesNotContain("root:", ending.Error);
        Assert.DoesNotContain(Secret, ending.Error);
    }

    [Theory]
    [InlineData("/nowhere/at/all", "no such file in the guest: /nowhere/at/all")]
    [InlineData("/files", "a directory, not a file: /files")]
    [InlineData("/links/self", "symbolic links that lead in a circle: /links/self")]
    [InlineData("/etc/hostname/below", "something on the way is not a directory: /etc/hostname/below")]
    public void A_path_of_the_guest_that_cannot_be_read_is_named_in_one_sentence(string path, string says)
    {
        using var folder = new TestFolder();
        File.Copy(GuestImages.Named("ext4").GetPath(), folder["disk.img"]);
        var before = Snapshot(folder.Path);

        var ending = Published.Run("virt-cat", folder.Path, "-a", "disk.img", "-m", "/dev/sda", path);

        AssertOneSentence(ending, says);
        Assert.Equal(before, Snapshot(folder.Path));
    }

    [Fact]
    public void A_QEMU_that_is_not_installed_names_the_package()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);
        var before = Snapshot(folder.Path);
        var start = Published.InMountNamespace(
            Published.Prepare("virt-cat", folder.Path, "--format=raw", "-a", "disk", "-m", "/dev/sda", "/x"),
            """
            for qemu in /usr/bin/qemu-system-x86_64 /usr/bin/qemu-kvm /usr/local/bin/qemu-system-x86_64; do
                [ ! -e $qemu ] || mount --bind /dev/null $qemu || exit 99
            done
            exec "$@"
            """);

        var ending = Published.Finish(start);

        AssertOneSentence(ending, "QEMU is not installed", "package qemu-system-x86");
        Assert.Equal(before, Snapshot(folder.Path));
    }

    [Fact]
    public void A_QEMU_that_was_chosen_and_is_not_there_is_named()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);
        var start = Published.Prepare("virt-cat", folder.Path, "--format=raw", "-a", "disk", "-m", "/dev/sda", "/x");
        start.Environment["LIBGUESTFS_HV"] = "/nonexistent/qemu";

        var ending = Published.Finish(start);

        AssertOneSentence(ending, "/nonexistent/qemu", "LIBGUESTFS_HV");
    }

    [Fact]
    public void A_QEMU_that_exits_at_once_is_told_with_what_it_said()
    {
        using var folder = new TestFolder();
        var start = WithQemu(folder, "#!/bin/sh\necho 'no such machine' >&2\nexit 3\n");
        var before = Snapshot(folder.Path);

        var ending = Published.Finish(start);

        AssertOneSentence(ending, "status 3", "no such machine");
        Assert.Equal(before, Snapshot(folder.Path));
    }

    [Fact]
    public void A_QEMU_that_hangs_ends_with_the_timeout_of_the_command()
    {
        using var folder = new TestFolder();
        var start = WithQemu(folder, "#!/bin/sh\nexec sleep 1000\n", "--timeout", "3");
        var before = Snapshot(folder.Path);

        var ending = Published.Finish(start);

        AssertOneSentence(ending, "3 seconds", "--timeout");
        Assert.Equal(before, Snapshot(folder.Path));
        Assert.Empty(Published.ProcessesOf(folder.Path, "sleep"));
    }

    [Fact]
    public void An_appliance_that_is_missing_and_cannot_be_built_names_the_remedy()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);

        // Without the daemon beside it a command can build none.
        File.Copy(Published.PathOf("virt-cat"), folder["virt-cat"]);
        var start = Published.Prepare("virt-cat", folder.Path, "--format=raw", "-a", "disk", "-m", "/dev/sda", "/x");
        start.FileName = folder["virt-cat"];
        start.Environment.Remove("LIBGUESTFS_PATH");
        start.Environment["LIBGUESTFS_CACHEDIR"] = folder["cache"];

        var ending = Published.Finish(start);

        AssertOneSentence(ending, "no appliance", "virt-appliance install");
    }

    [Fact]
    public void An_appliance_of_another_version_is_told_with_both_versions()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);
        Directory.CreateDirectory(folder["appliance"]);
        foreach (var file in Directory.GetFiles(Guests.ApplianceFolder))
        {
            File.CreateSymbolicLink(folder[$"appliance/{Path.GetFileName(file)}"], Path.GetFullPath(file));
        }

        var manifest = JsonNode.Parse(File.ReadAllText(folder["appliance/manifest.json"]))!;
        manifest["handleVersion"] = 99;
        File.Delete(folder["appliance/manifest.json"]);
        File.WriteAllText(folder["appliance/manifest.json"], manifest.ToJsonString());
        var start = Published.Prepare("virt-cat", folder.Path, "--format=raw", "-a", "disk", "-m", "/dev/sda", "/x");
        start.Environment["LIBGUESTFS_PATH"] = folder["appliance"];

        var ending = Published.Finish(start);

        AssertOneSentence(ending, folder["appliance"], "version 99", "virt-appliance");
    }

    [Fact]
    public void An_appliance_path_that_leads_nowhere_is_named()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);
        var start = Published.Prepare("virt-df", folder.Path, "-a", "disk");
        start.Environment["LIBGUESTFS_PATH"] = "/nonexistent";

        var ending = Published.Finish(start);

        AssertOneSentence(ending, "LIBGUESTFS_PATH", "/nonexistent");
    }

    [Theory]
    [InlineData("LIBGUESTFS_MEMSIZE", "plenty")]
    [InlineData("LIBGUESTFS_MEMSIZE", "1")]
    [InlineData("LIBGUESTFS_TRACE", "perhaps")]
    [InlineData("LIBGUESTFS_DEBUG", "perhaps")]
    public void A_variable_with_a_value_that_it_cannot_have_is_named(string name, string value)
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);
        var start = Published.Prepare("virt-df", folder.Path, "-a", "disk");
        start.Environment[name] = value;

        AssertOneSentence(Published.Finish(start), $"{name}={value}");
    }

    [Fact]
    public void Random_bytes_are_not_a_file_system()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["disk"], RandomNumberGenerator.GetBytes(1 << 20));
        var before = Snapshot(folder.Path);

        var ending = Published.Run("virt-cat", folder.Path, "--format=raw", "-a", "disk", "-m", "/dev/sda", "/etc/fstab");

        AssertOneSentence(ending, "/dev/sda", "disk");
        Assert.Equal(before, Snapshot(folder.Path));
    }

    [Theory]
    [InlineData("blank", "no file system")]
    [InlineData("swap", "/dev/sda is swap space")]
    [InlineData("readable", "/dev/sda (ext2)")]
    public void A_guest_without_an_operating_system_says_what_was_found_instead(string image, string found)
    {
        using var folder = new TestFolder();
        File.Copy(image == "readable" ? GuestImages.Named("unreadable").Get()[0].Path : GuestImages.Named(image).GetPath(), folder["disk"]);
        var before = Snapshot(folder.Path);

        var ending = Published.Run("virt-ls", folder.Path, "--format=raw", "-a", "disk", "/");

        AssertOneSentence(ending, "no operating system", found);
        Assert.Equal(before, Snapshot(folder.Path));
    }

    [Fact]
    public void A_command_without_a_disk_shows_its_usage_and_fails()
    {
        using var folder = new TestFolder();

        foreach (var command in (string[])["virt-cat", "virt-ls", "virt-df"])
        {
            var ending = Published.Run(command, folder.Path);

            Assert.Equal(1, ending.ExitCode);
            Assert.Empty(ending.Output);
            Assert.Contains(command, ending.Error);
        }
    }

    private static ProcessStartInfo WithQemu(TestFolder folder, string script, params string[] options)
    {
        File.WriteAllBytes(folder["disk"], new byte[1 << 20]);
        File.WriteAllText(folder["qemu"], script);
        File.SetUnixFileMode(folder["qemu"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var start = Published.Prepare("virt-cat", folder.Path, [.. options, "--format=raw", "-a", "disk", "-m", "/dev/sda", "/x"]);
        start.Environment["LIBGUESTFS_HV"] = folder["qemu"];
        start.Environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg";
        return start;
    }

    private static void AssertOneSentence(Ending ending, params string[] says)
    {
        Assert.Equal(1, ending.ExitCode);
        Assert.Empty(ending.Output);
        Assert.All(says, part => Assert.Contains(part, ending.Error, StringComparison.OrdinalIgnoreCase));
        Assert.Single(ending.Error.TrimEnd('\n').Split('\n'));
    }

    /// <summary>Every file with its content's hash and its times.</summary>
    private static string Snapshot(string folder)
    {
        var text = new StringBuilder();
        foreach (var path in Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var content = new FileInfo(path) is { LinkTarget: null, Exists: true, Length: > 0 } ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "";
            text.AppendLine($"{path} {File.GetLastWriteTimeUtc(path):O} {content}");
        }

        return text.ToString();
    }

    private static void Truncated(TestFolder folder)
    {
        Tool("qemu-img", "create", "-q", "-f", "qcow2", folder["disk.qcow2"], "100M");
        using var file = File.OpenWrite(folder["disk.qcow2"]);
        file.SetLength(70_000);
    }

    private static void Backed(TestFolder folder, string backing, string? format)
    {
        File.WriteAllBytes(folder["base.raw"], new byte[1 << 20]);
        Tool("qemu-img", "create", "-q", "-f", "qcow2", folder["disk.qcow2"], "1M");
        string[] recorded = format is null ? [] : ["-F", format];
        Tool("qemu-img", ["rebase", "-u", "-f", "qcow2", "-b", backing, "-F", format ?? "raw", folder["disk.qcow2"]]);
        if (recorded.Length == 0)
        {
            DropBackingFormat(folder["disk.qcow2"]);
        }
    }

    /// <summary>Turns the header extension "backing file format name" (0xE2792ACA, docs/interop/qcow2.txt) into an unknown one.</summary>
    private static void DropBackingFormat(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var position = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xE2, 0x79, 0x2A, 0xCA]);
        Assert.True(position > 0);
        bytes[position] = 0x11;
        File.WriteAllBytes(path, bytes);
    }

    private static void RawWithHeader(TestFolder folder)
    {
        File.WriteAllText(folder["secret"], string.Concat(Enumerable.Repeat(Secret, 32)));
        Tool("qemu-img", "create", "-q", "-f", "qcow2", "-b", folder["secret"], "-F", "raw", folder["disk"], "1M");
    }

    private static void Tool(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
