using System.Formats.Tar;
using System.Text;
using VirtTools.Posix;

namespace VirtTools.Tests.Daemon;

/// <summary>Archives of the host's GNU tar, unpacked by the daemon and held against what GNU tar makes of them.</summary>
public sealed class TarInTests : IDisposable
{
    private readonly DaemonUnderTest _daemon = DaemonUnderTest.WithMailbox();
    private readonly string _source;

    public TarInTests()
    {
        _source = Path.Combine(_daemon.Parent, "source");
        Directory.CreateDirectory(_source);
    }

    public void Dispose() => _daemon.Dispose();

    [Theory]
    [InlineData("gnu")]
    [InlineData("oldgnu")]
    [InlineData("posix")]
    [InlineData("ustar")]
    [InlineData("v7")]
    public void Tree_is_what_gnu_tar_makes_of_the_archive(string format)
    {
        FillTree(longNames: format is not ("ustar" or "v7"));
        if (format == "v7")
        {
            File.Delete(_source + "/fifo");
        }

        var archive = Pack("--format=" + format);

        AssertSameAsGnuTar(archive);
    }

    [Theory]
    [InlineData("gnu")]
    [InlineData("posix")]
    public void Sparse_members_and_what_follows_them_are_unpacked(string format)
    {
        File.WriteAllText(_source + "/a", "before");
        using (var sparse = File.Create(_source + "/b"))
        {
            sparse.Position = 3_000_000;
            sparse.Write("in the middle"u8);
            sparse.SetLength(9_000_000);
        }

        File.WriteAllText(_source + "/c", "after");
        var archive = Pack("--format=" + format, "-S", "--sort=name");

        AssertSameAsGnuTar(archive);
    }

    [Fact]
    public void What_is_there_gives_way_and_folders_keep_what_they_have()
    {
        Directory.CreateDirectory(_source + "/folder");
        File.WriteAllText(_source + "/folder/file", "new");
        File.WriteAllText(_source + "/link", "new");
        Run("chmod", "0700", _source + "/folder");
        var target = MakeTarget();
        Directory.CreateDirectory(target + "/folder");
        File.WriteAllText(target + "/folder/file", "old");
        File.WriteAllText(target + "/folder/other", "old");
        Run("chmod", "0751", target + "/folder");
        File.CreateSymbolicLink(target + "/link", "folder/other");

        TarIn(Pack(), "/target");

        Assert.Equal("new", File.ReadAllText(target + "/folder/file"));
        Assert.Equal("old", File.ReadAllText(target + "/folder/other"));
        Assert.Equal("new", File.ReadAllText(target + "/link"));
        Assert.Null(new FileInfo(target + "/link").LinkTarget);
        Assert.Equal(Convert.ToInt32("751", 8), (int)File.GetUnixFileMode(target + "/folder"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Link_to_a_folder_stays_only_when_that_is_asked_for(bool isKept)
    {
        Directory.CreateDirectory(_source + "/folder");
        File.WriteAllText(_source + "/folder/file", "x");
        var target = MakeTarget();
        Directory.CreateDirectory(target + "/elsewhere");
        File.CreateSymbolicLink(target + "/folder", "elsewhere");

        TarIn(Pack(), "/target", isKept);

        Assert.Equal(isKept, File.Exists(target + "/elsewhere/file"));
        Assert.Equal(isKept, new DirectoryInfo(target + "/folder").LinkTarget is not null);
        Assert.True(File.Exists(target + "/folder/file"));
    }

    [Theory]
    [InlineData("../out", "out")]
    [InlineData("../../out", "out")]
    [InlineData("/out", "out")]
    [InlineData("a/../../out", "out")]
    [InlineData("a/../../../../../../../../tmp/out", "tmp/out")]
    public void Name_that_leads_out_stays_inside(string name, string path)
    {
        MakeTarget();

        TarIn(Archive(writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) })), "/target");

        Assert.Equal("x", File.ReadAllText(_daemon.HostPath("/target/" + path)));
        Assert.Equal(["root", "source"], Directory.GetFileSystemEntries(_daemon.Parent).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("../../../../../../../..")]
    public void Link_that_leads_out_is_followed_inside_the_guest_only(string link)
    {
        MakeTarget();

        TarIn(Archive(writer =>
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = link });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "link/made-by-the-test") { DataStream = new MemoryStream("x"u8.ToArray()) });
        }), "/target");

        Assert.Equal("x", File.ReadAllText(_daemon.HostPath("/made-by-the-test")));
        Assert.False(File.Exists("/made-by-the-test"));
    }

    [Fact]
    public void Hard_link_to_a_file_outside_is_refused()
    {
        MakeTarget();
        var secret = Path.Combine(_daemon.Parent, "secret");
        File.WriteAllText(secret, "secret");

        var error = Assert.Throws<GuestfsException>(() => TarIn(Archive(writer =>
            writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "link") { LinkName = secret })), "/target"));

        Assert.Equal("ENOENT", error.ErrnoName);
        Assert.False(File.Exists(_daemon.HostPath("/target/link")));
    }

    [Fact]
    public void What_cannot_be_made_is_told_and_the_rest_is_unpacked()
    {
        var target = MakeTarget();
        Directory.CreateDirectory(target + "/a/holds-something");

        var error = Assert.Throws<GuestfsException>(() => TarIn(Archive(writer =>
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a") { DataStream = new MemoryStream(new byte[2_000_000]) });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "b") { DataStream = new MemoryStream("x"u8.ToArray()) });
        }), "/target"));

        Assert.Equal("ENOTEMPTY", error.ErrnoName);
        Assert.Equal("x", File.ReadAllText(target + "/b"));
        _daemon.Ping();
    }

    [Fact]
    public void What_is_no_archive_is_refused()
    {
        MakeTarget();
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);

        Assert.Contains("tar archive", Assert.Throws<GuestfsException>(() => TarIn(bytes, "/target")).Message);
        _daemon.Ping();
    }

    [Fact]
    public void Archive_that_ends_too_early_is_refused_wherever_it_ends()
    {
        File.WriteAllBytes(_source + "/file", new byte[3000]);
        File.WriteAllText(_source + "/" + new string('n', 200), "x");
        var archive = Pack("--sort=name");
        var end = archive.AsSpan().LastIndexOfAnyExcept((byte)0) / 512 * 512;

        foreach (var length in Enumerable.Range(1, end / 256).Select(i => i * 256).Where(length => length % 512 != 0))
        {
            MakeTarget();
            Assert.Throws<GuestfsException>(() => TarIn(archive[..length], "/target"));
            Directory.Delete(_daemon.HostPath("/target"), recursive: true);
        }

        _daemon.Ping();
    }

    [Fact]
    public void Damaged_archives_never_end_the_daemon()
    {
        FillTree(longNames: true);
        File.Delete(_source + "/big");
        File.Delete(_source + "/again");
        var archives = new[] { Pack("--format=gnu"), Pack("--format=posix") };
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            MakeTarget();
            var damaged = (byte[])archives[round % 2].Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                // A header with a right checksum: what is behind it must hold by itself.
                var block = random.Next(damaged.Length / 512) * 512;
                damaged[block + random.Next(512)] = (byte)random.Next(256);
                FixChecksum(damaged.AsSpan(block, 512));
            }

            try
            {
                TarIn(damaged, "/target");
            }
            catch (GuestfsException)
            {
                // Most are refused.
            }

            Run("rm", "-rf", _daemon.HostPath("/target"));
        }

        _daemon.Ping();
        Assert.Equal(["root", "source"], Directory.GetFileSystemEntries(_daemon.Parent).Select(Path.GetFileName).Where(name => !name!.StartsWith("expected", StringComparison.Ordinal)).Order());
    }

    private static void FixChecksum(Span<byte> header)
    {
        if (!header[257..].StartsWith("ustar"u8))
        {
            return;
        }

        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }

    private void AssertSameAsGnuTar(byte[] archive)
    {
        var expected = Directory.CreateDirectory(Path.Combine(_daemon.Parent, "expected")).FullName;
        File.WriteAllBytes(expected + ".tar", archive);
        Run("tar", "-x", "-f", expected + ".tar", "-C", expected, "--numeric-owner", "--no-overwrite-dir", "--same-permissions");
        var target = MakeTarget();

        TarIn(archive, "/target");

        Assert.Equal(Describe(expected), Describe(target));
        File.Delete(expected + "/fifo");
        File.Delete(target + "/fifo");
        Run("diff", "-r", "--no-dereference", expected, target);
    }

    // Everything that tar keeps but content: kind and mode, owner, time, links, device numbers, name.
    private static string Describe(string folder)
    {
        var result = ChildProcess.Run(["find", ".", "-mindepth", "1", "-printf", "%M %U %G %T@ %n %l %p\\n"], new() { WorkingDirectory = folder });
        Assert.True(result.IsSuccess);
        return string.Join('\n', ByteString.GetString(result.Output).Split('\n').Order(StringComparer.Ordinal));
    }

    private void FillTree(bool longNames)
    {
        var folder = _source + "/folder/inner";
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        foreach (var size in (int[])[0, 1, 511, 512, 513, 16384, 16385, 100_000])
        {
            var content = new byte[size];
            random.NextBytes(content);
            File.WriteAllBytes($"{folder}/of-{size}", content);
        }

        File.WriteAllBytes(_source + "/big", new byte[9_000_001]);
        File.SetLastWriteTimeUtc(_source + "/big", new DateTime(2001, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        File.CreateSymbolicLink(_source + "/link", "folder/inner");
        File.CreateSymbolicLink(_source + "/dangling", "/nowhere/at/all");
        Run("ln", _source + "/big", _source + "/again");
        Run("mkfifo", _source + "/fifo");
        Run("sh", "-c", $"printf x > '{_source}'/\"$(printf 'n\\377\\376')\"");
        Run("chmod", "4751", $"{folder}/of-512");
        if (Environment.UserName == "root")
        {
            // Nothing keeps the daemon from writing there, who is root in the appliance.
            Run("chmod", "0500", _source + "/folder");
            Run("chown", "1234:5678", $"{folder}/of-1");
            Run("chown", "-h", "12:34", _source + "/dangling");
        }

        if (!longNames)
        {
            return;
        }

        File.WriteAllText(_source + "/" + new string('n', 255), "x");
        File.CreateSymbolicLink(_source + "/far", new string('x', 300));
        var deep = _source + "/" + new string('d', 255) + "/" + new string('e', 254);
        Directory.CreateDirectory(deep);
        File.WriteAllText(deep + "/f", "x");
        Run("ln", deep + "/f", _source + "/long-again");
    }

    private byte[] Pack(params string[] options)
    {
        var archive = Path.Combine(_daemon.Parent, "expected.tar");
        Run(["tar", "-C", _source, .. options, "-cf", archive, "."]);
        var bytes = File.ReadAllBytes(archive);
        File.Delete(archive);
        return bytes;
    }

    private static byte[] Archive(Action<TarWriter> fill)
    {
        using var content = new MemoryStream();
        using (var writer = new TarWriter(content, leaveOpen: true))
        {
            fill(writer);
        }

        return content.ToArray();
    }

    private string MakeTarget() => Directory.CreateDirectory(_daemon.HostPath("/target")).FullName;

    private void TarIn(byte[] archive, string folder, bool? keepsLinks = null) => _daemon.Call(ActionDescriptors.TarIn, call =>
    {
        call.FileIn("tarfile", new MemoryStream(archive));
        call.String("directory", folder);
        call.OptionalString("compress", null);
        call.OptionalBool("xattrs", null);
        call.OptionalBool("selinux", null);
        call.OptionalBool("acls", null);
        call.OptionalBool("keepdirlink", keepsLinks);
    });

    private static void Run(params string[] argv)
    {
        var result = ChildProcess.Run(argv, new());
        Assert.True(result.IsSuccess, $"{string.Join(' ', argv)}: {result.OutputText}{ByteString.GetString(result.Error)}");
    }
}
