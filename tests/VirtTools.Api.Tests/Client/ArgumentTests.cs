using VirtTools.Wire;

namespace VirtTools.Api.Tests.Client;

/// <summary>Arguments are checked before anything is sent, and passphrases do not show.</summary>
public sealed class ArgumentTests
{
    private readonly HandleForTests _handle = HandleForTests.Create();

    public static TheoryData<string, Action<GuestActions>> Refused => new()
    {
        { "EINVAL", g => g.Touch(null!) },
        { "EINVAL", g => g.Touch("/a\0b") },
        { "EINVAL", g => g.Touch("/\ud800") },
        { "EINVAL", g => g.Vgcreate("vg", null!) },
        { "EINVAL", g => g.Vgcreate("vg", ["/dev/sda", null!]) },
        { "EINVAL", g => g.TarOut("/", Stream.Null, new() { Excludes = ["a\0"] }) },
        { "EINVAL", g => g.Mkfs("ext4", "/dev/sda", new() { Label = "a\0" }) },
        { "EINVAL", g => g.PartSetGptType("/dev/sda", 1, "not a guid") },
        { "EINVAL", g => g.InternalReadlinklist("/", ["a/b"]) },
        { "EINVAL", g => g.InternalReadlinklist("/", null!) },
        { "EMSGSIZE", g => g.Pwrite("/a", new byte[Protocol.MessageMax], 0) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Bad_arguments_are_refused_before_a_call_is_sent(string errno, Action<GuestActions> call)
    {
        var failure = Assert.Throws<GuestfsException>(() => call(_handle));

        Assert.Equal(errno, failure.ErrnoName);
        Assert.Empty(_handle.LastMessage);
    }

    [Fact]
    public void Traces_show_arguments_and_results()
    {
        _handle.IsTracing = true;
        _handle.Reply = _ => new byte[] { 0, 0, 0, 0 };

        _handle.IsFile("/a\n", new() { FollowSymlinks = true });

        Assert.Equal(["is_file \"/a\\n\" followsymlinks:1", "is_file = 0"], _handle.Trace);
    }

    [Fact]
    public void A_call_that_fails_is_traced_too()
    {
        _handle.IsTracing = true;
        _handle.Reply = call => throw new GuestfsException(call.Action.Name, "ENOENT", "no such file");

        Assert.Throws<GuestfsException>(() => _handle.Rm("/a"));

        Assert.Equal(["rm \"/a\"", "rm = -1 (error)"], _handle.Trace);
    }

    [Fact]
    public void Actions_of_the_library_are_traced_with_their_arguments_before_they_run()
    {
        _handle.IsTracing = true;

        Assert.Throws<NotSupportedException>(() => _handle.AddDrive("disk.img", new() { ReadOnly = true, Secret = "hunter2" }));

        Assert.Equal(["add_drive \"disk.img\" readonly:1 secret:***", "add_drive = -1 (error)"], _handle.Trace);
        Assert.Equal("add_drive", _handle.LastLibraryAction!.Name);
    }

    [Fact]
    public void Passphrases_are_not_traced()
    {
        _handle.IsTracing = true;

        _handle.CryptsetupOpen("/dev/sda", "hunter2", "name");

        Assert.Contains("68756E74657232", _handle.LastMessage);
        Assert.Equal("cryptsetup_open \"/dev/sda\" *** \"name\"", _handle.Trace[0]);
    }

    [Fact]
    public void Options_with_a_passphrase_do_not_print_it() =>
        Assert.DoesNotContain("hunter2", new AddDriveOptions { Secret = "hunter2" }.ToString());

    [Fact]
    public void The_buffer_of_a_passphrase_is_zeroed_even_when_it_has_grown()
    {
        var writer = new XdrWriter();
        writer.WriteSecret("hunter2");
        var first = writer.Written;
        writer.WriteBytes(new byte[100_000]);
        var second = writer.Written;

        writer.Dispose();

        Assert.All(first.ToArray(), b => Assert.Equal(0, b));
        Assert.All(second.ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_reply_that_holds_too_much_is_refused()
    {
        _handle.Reply = _ => new byte[] { 0, 0, 0, 1, 0, 0, 0, 0 };

        var failure = Assert.Throws<GuestfsException>(() => _handle.Exists("/"));

        Assert.Equal("EPROTO", failure.ErrnoName);
    }
}
