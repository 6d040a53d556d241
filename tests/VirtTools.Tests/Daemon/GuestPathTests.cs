namespace VirtTools.Tests.Daemon;

public sealed class GuestPathTests : IDisposable
{
    private const string Secret = "not for the guest";

    private readonly DaemonUnderTest _daemon = new();

    public GuestPathTests()
    {
        File.WriteAllText(Path.Combine(_daemon.Parent, "secret"), Secret);
    }

    public void Dispose() => _daemon.Dispose();

    [Theory]
    [InlineData("/../secret")]
    [InlineData("/../../../../../../../../../etc/hostname")]
    [InlineData("/relative")]
    [InlineData("/absolute")]
    [InlineData("/folder/secret")]
    [InlineData("/chain")]
    public void No_link_and_no_dots_lead_out_of_the_guest(string path)
    {
        File.CreateSymbolicLink(_daemon.HostPath("/relative"), "../secret");
        File.CreateSymbolicLink(_daemon.HostPath("/absolute"), Path.Combine(_daemon.Parent, "secret"));
        File.CreateSymbolicLink(_daemon.HostPath("/folder"), "..");
        File.CreateSymbolicLink(_daemon.HostPath("/chain"), "/folder/../folder/secret");

        var error = Assert.Throws<GuestfsException>(() => _daemon.Download(path));

        Assert.Equal("ENOENT", error.ErrnoName);
    }

    [Fact]
    public void Absolute_link_points_into_the_guest()
    {
        Directory.CreateDirectory(_daemon.HostPath("/etc"));
        File.WriteAllText(_daemon.HostPath("/etc/real"), "content");
        File.CreateSymbolicLink(_daemon.HostPath("/link"), "/etc/real");

        Assert.Equal("content"u8, _daemon.Download("/link"));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("upload")]
    [InlineData("mkdir")]
    [InlineData("rename")]
    [InlineData("cp")]
    [InlineData("cp-a")]
    [InlineData("ln")]
    [InlineData("rm-rf")]
    [InlineData("chmod")]
    public void Nothing_outside_is_changed_through_a_link_to_a_folder(string way)
    {
        Directory.CreateDirectory(Path.Combine(_daemon.Parent, "outside"));
        File.WriteAllText(Path.Combine(_daemon.Parent, "outside", "kept"), Secret);
        File.CreateSymbolicLink(_daemon.HostPath("/out"), Path.Combine(_daemon.Parent, "outside"));
        File.CreateSymbolicLink(_daemon.HostPath("/up"), "../outside");
        File.WriteAllText(_daemon.HostPath("/file"), "mine");
        var before = Snapshot();

        foreach (var link in (string[])["/out", "/up"])
        {
            Try(way, link);
        }

        Assert.Equal(before, Snapshot());
        _daemon.Ping();
    }

    [Fact]
    public void Copy_over_a_link_replaces_the_link_and_not_what_it_names()
    {
        Directory.CreateDirectory(_daemon.HostPath("/source"));
        Directory.CreateDirectory(_daemon.HostPath("/target"));
        File.WriteAllText(_daemon.HostPath("/source/name"), "mine");
        File.CreateSymbolicLink(_daemon.HostPath("/target/name"), Path.Combine(_daemon.Parent, "secret"));

        _daemon.Call(ActionDescriptors.CpA, call =>
        {
            call.String("src", "/source/name");
            call.String("dest", "/target/name");
        });

        Assert.Equal(Secret, File.ReadAllText(Path.Combine(_daemon.Parent, "secret")));
        Assert.Equal("mine", File.ReadAllText(_daemon.HostPath("/target/name")));
    }

    [Fact]
    public void Relative_path_is_refused()
    {
        var error = _daemon.Fails(ActionDescriptors.Mkdir, call => call.String("path", "name"));

        Assert.Equal("EINVAL", error.ErrnoName);
    }

    [Fact]
    public void Fifo_with_nobody_at_its_other_end_does_not_hang_the_daemon()
    {
        _daemon.Call(ActionDescriptors.Mkfifo, call =>
        {
            call.Int("mode", 0x1A4);
            call.String("path", "/pipe");
        });

        Assert.Empty(_daemon.Download("/pipe"));
        Assert.Equal("ENXIO", Assert.Throws<GuestfsException>(() => _daemon.Upload([1], "/pipe")).ErrnoName);
        Assert.Empty(_daemon.CallForStrings(ActionDescriptors.Grepi, call =>
        {
            call.String("regex", "x");
            call.String("path", "/pipe");
        }));
        var error = _daemon.Fails(ActionDescriptors.Hexdump, call => call.String("path", "/pipe"));
        Assert.Equal("EINVAL", error.ErrnoName);
        Assert.Contains("FIFO", error.Message);
    }

    private void Try(string way, string link)
    {
        try
        {
            Do(way, link);
        }
        catch (GuestfsException)
        {
            // Refused is as good as done elsewhere.
        }
    }

    private void Do(string way, string link)
    {
        switch (way)
        {
            case "write":
                _daemon.Call(ActionDescriptors.InternalWrite, call =>
                {
                    call.String("path", link + "/new");
                    call.Bytes("content", "x"u8.ToArray());
                });
                break;
            case "upload":
                _daemon.Upload("x"u8.ToArray(), link + "/kept");
                break;
            case "mkdir":
                _daemon.Call(ActionDescriptors.MkdirP, call => call.String("path", link + "/a/b"));
                break;
            case "rename":
                TwoPaths(ActionDescriptors.Rename, "oldpath", "newpath", link);
                break;
            case "cp":
                TwoPaths(ActionDescriptors.Cp, "src", "dest", link);
                break;
            case "cp-a":
                TwoPaths(ActionDescriptors.CpA, "src", "dest", link);
                break;
            case "ln":
                TwoPaths(ActionDescriptors.LnS, "target", "linkname", link);
                break;
            case "rm-rf":
                _daemon.Call(ActionDescriptors.RmRf, call => call.String("path", link + "/kept"));
                break;
            default:
                _daemon.Call(ActionDescriptors.Chmod, call =>
                {
                    call.Int("mode", 0);
                    call.String("path", link + "/kept");
                });
                break;
        }
    }

    private void TwoPaths(ActionDescriptor action, string first, string second, string link) => _daemon.Call(action, call =>
    {
        call.String(first, "/file");
        call.String(second, link + "/new");
    });

    private string Snapshot() => string.Join('\n', Directory.EnumerateFileSystemEntries(_daemon.Parent, "*", new EnumerationOptions())
        .Concat(Directory.EnumerateFileSystemEntries(Path.Combine(_daemon.Parent, "outside")))
        .Order(StringComparer.Ordinal)
        .Select(path => $"{path} {File.GetUnixFileMode(path)} {(File.Exists(path) ? File.ReadAllText(path) : "")}"));
}
