using System.Diagnostics;
using VirtTools.Posix;

namespace VirtTools.Tests.Daemon;

/// <summary>Archives of the daemon's own making, held against those of the host's GNU tar.</summary>
public sealed class TarOutTests : IDisposable
{
    private readonly DaemonUnderTest _daemon = DaemonUnderTest.WithMailbox();

    public void Dispose() => _daemon.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Archive_is_byte_for_byte_what_gnu_tar_makes(bool numericOwner)
    {
        FillTree();

        var ours = TarOut(numericOwner, []);

        Assert.Equal(GnuTar(numericOwner ? ["--numeric-owner"] : []), ours);
    }

    [Theory]
    [InlineData("big")]
    [InlineData("*.txt")]
    [InlineData("folder/inner")]
    [InlineData("./folder")]
    [InlineData("nothing*")]
    [InlineData("f[a-z]lder/*")]
    public void Patterns_leave_out_what_gnu_tar_leaves_out(string pattern)
    {
        FillTree();

        var ours = TarOut(numericOwner: true, [pattern]);

        Assert.Equal(GnuTar("--numeric-owner", "--exclude=" + pattern), ours);
    }

    [Fact]
    public void Archive_without_a_mailbox_is_the_same()
    {
        FillTree();
        using var plain = new DaemonUnderTest();
        Directory.Delete(plain.Root);
        File.CreateSymbolicLink(plain.Root, _daemon.Root);
        using var content = new MemoryStream();

        plain.Call(ActionDescriptors.TarOut, call => Arguments(call, content, numericOwner: true, []));

        Assert.Equal(GnuTar("--numeric-owner"), content.ToArray());
        File.Delete(plain.Root);
    }

    private void FillTree()
    {
        var folder = _daemon.HostPath("/folder/inner");
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        foreach (var size in (int[])[0, 1, 511, 512, 513, 16384, 16385, 100_000, 9_000_001])
        {
            var content = new byte[size];
            random.NextBytes(content);
            File.WriteAllBytes($"{folder}/of-{size}.txt", content);
        }

        File.WriteAllBytes(_daemon.HostPath("/big"), new byte[5_000_000]);
        File.SetLastWriteTimeUtc(_daemon.HostPath("/big"), new DateTime(1960, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        File.SetUnixFileMode($"{folder}/of-512.txt", UnixFileMode.SetUser | UnixFileMode.UserExecute | UnixFileMode.UserRead | UnixFileMode.OtherExecute);
        File.CreateSymbolicLink(_daemon.HostPath("/link"), "folder/inner");
        File.CreateSymbolicLink(_daemon.HostPath("/dangling"), new string('x', 101));
        foreach (var length in (int[])[90, 91, 92, 98, 99, 100, 200, 255])
        {
            File.WriteAllText(_daemon.HostPath("/" + new string('n', length)), "x");
        }

        var deep = _daemon.HostPath("/" + new string('d', 255) + "/" + new string('e', 254));
        Directory.CreateDirectory(deep);
        File.WriteAllText(deep + "/f", "x");
        Run("ln", _daemon.HostPath("/big"), _daemon.HostPath("/again"));
        Run("ln", deep + "/f", _daemon.HostPath("/long-again"));
        Run("mkfifo", _daemon.HostPath("/fifo"));
        Run("sh", "-c", $"printf x > '{_daemon.Root}'/\"$(printf 'n\\377\\376')\"");
    }

    private byte[] TarOut(bool numericOwner, string[] excludes)
    {
        using var content = new MemoryStream();
        _daemon.Call(ActionDescriptors.TarOut, call => Arguments(call, content, numericOwner, excludes));
        return content.ToArray();
    }

    private static void Arguments(DaemonCall call, Stream target, bool numericOwner, string[] excludes)
    {
        call.String("directory", "/");
        call.FileOut("tarfile", target);
        call.OptionalString("compress", null);
        call.OptionalBool("numericowner", numericOwner);
        call.OptionalStrings("excludes", excludes);
        call.OptionalBool("xattrs", null);
        call.OptionalBool("selinux", null);
        call.OptionalBool("acls", null);
    }

    private byte[] GnuTar(params string[] options)
    {
        var archive = Path.Combine(_daemon.Parent, "expected.tar");
        Run(["tar", "-C", _daemon.Root, .. options, "--format=gnu", "-cf", archive, "."]);
        return File.ReadAllBytes(archive);
    }

    private static void Run(params string[] argv) => Assert.True(ChildProcess.Run(argv, new()).Exit.IsSuccess, string.Join(' ', argv));
}
