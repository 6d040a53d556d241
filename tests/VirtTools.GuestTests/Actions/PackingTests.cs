using System.Formats.Tar;
using System.IO.Compression;

namespace VirtTools.GuestTests.Actions;

/// <summary>Archives, compressed and encoded files on their way in and out.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class PackingTests : IDisposable
{
    // More than one chunk; compress(1) fails with what it cannot make smaller.
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(number => (byte)(number / 100))];

    private readonly ActionsGuest _guest;
    private readonly Guestfs _handle;
    private readonly string _packed;

    public PackingTests(ActionsGuest guest)
    {
        _guest = guest;
        _handle = guest.Mounted();
        _packed = guest.HostFile("packed");
        _handle.MkdirP("/from/folder");
        _handle.Mkdir("/to");
        _handle.Upload(guest.HostFile("content", Content), "/from/folder/file");
        _handle.Chmod(0x1E8 /* 0750 */, "/from/folder/file");
        _handle.Chown(1000, 1001, "/from/folder/file");
        _handle.LnS("folder/file", "/from/link");
    }

    public void Dispose() => File.Delete(_packed);

    [Theory]
    [InlineData(null, new byte[0])]
    [InlineData("compress", new byte[] { 0x1F, 0x9D })]
    [InlineData("gzip", new byte[] { 0x1F, 0x8B })]
    [InlineData("bzip2", new byte[] { 0x42, 0x5A, 0x68 })]
    [InlineData("xz", new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A })]
    // Debian's tar filters these through xz, which writes its own format unless told otherwise.
    [InlineData("lzma", new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A })]
    [InlineData("lzop", new byte[] { 0x89, 0x4C, 0x5A, 0x4F })]
    [InlineData("zstd", new byte[] { 0x28, 0xB5, 0x2F, 0xFD })]
    public void Tar_archive_that_came_out_goes_in_again(string? compression, byte[] magic)
    {
        _handle.TarOut("/from", _packed, new() { Compress = compression });
        _handle.TarIn(_packed, "/to", new() { Compress = compression });

        Assert.Equal(magic, File.ReadAllBytes(_packed)[..magic.Length]);
        AssertSame("/to");
    }

    [Fact]
    public void Older_names_for_compressed_archives_do_the_same()
    {
        _handle.TgzOut("/from", _packed);
        _handle.TgzIn(_packed, "/to");
        AssertSame("/to");

        _handle.Mkdir("/to-xz");
        _handle.TxzOut("/from", _packed);
        _handle.TxzIn(_packed, "/to-xz");
        AssertSame("/to-xz");
    }

    [Fact]
    public void Excluded_files_are_not_in_the_archive_and_owners_are_numbers()
    {
        _handle.Write("/from/folder/left-out", "x"u8.ToArray());

        _handle.TarOut("/from", _packed, new() { Excludes = ["left-*"], NumericOwner = true });

        var entries = Entries();
        Assert.Equal(["./", "./folder/", "./folder/file", "./link"], entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        var file = entries.Single(entry => entry.Name == "./folder/file");
        Assert.Equal((1000, 1001), (file.Uid, file.Gid));
    }

    [Fact]
    public void Extended_attributes_survive_when_asked_for()
    {
        _handle.Setxattr("user.colour", "red", 3, "/from/folder/file");

        _handle.TarOut("/from", _packed, new() { Xattrs = true });
        _handle.TarIn(_packed, "/to", new() { Xattrs = true });

        Assert.Equal("red"u8.ToArray(), _handle.Getxattr("/to/folder/file", "user.colour"));
    }

    [Theory]
    [InlineData(null, "070701")]
    [InlineData("newc", "070701")]
    [InlineData("crc", "070702")]
    public void Cpio_archive_holds_the_folder(string? format, string magic)
    {
        _handle.CpioOut("/from", _packed, new() { Format = format });

        Assert.Equal(magic, System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(_packed)[..6]));
        _handle.Upload(_packed, "/archive");
        Assert.Equal([".", "folder", "folder/file", "link"], _handle.InitrdList("/archive").Order(StringComparer.Ordinal));
        Assert.Equal(Content, _handle.InitrdCat("/archive", "folder/file"));
    }

    [Theory]
    [InlineData("gzip", "zcat")]
    [InlineData("bzip2", "bzcat")]
    [InlineData("xz", "xzcat")]
    [InlineData("zstd", "zstdcat")]
    public void Initial_ramdisk_is_read_through_its_compression(string compression, string unpacker)
    {
        _handle.CpioOut("/from", _packed);
        _handle.Upload(_packed, "/archive");
        _handle.CompressOut(compression, "/archive", _packed);
        _handle.Upload(_packed, "/initrd");

        Assert.Contains("folder/file", _handle.InitrdList("/initrd"));
        Assert.True(_handle.InitrdCat("/initrd", "folder/file").SequenceEqual(Content), $"by {unpacker}");
        Assert.Equal("ENOENT", Assert.Throws<GuestfsException>(() => _handle.InitrdCat("/initrd", "folder/none")).ErrnoName);
    }

    [Theory]
    [InlineData("compress", null)]
    [InlineData("gzip", 9)]
    [InlineData("bzip2", 1)]
    [InlineData("xz", null)]
    [InlineData("xz", 1)]
    [InlineData("lzop", 9)]
    [InlineData("zstd", 1)]
    public void File_that_came_out_compressed_is_the_file_once_it_is_unpacked(string compression, int? level)
    {
        _handle.TarOut("/from", _packed);
        _handle.Upload(_packed, "/archive");

        _handle.CompressOut(compression, "/archive", _packed, new() { Level = level });

        _handle.TarIn(_packed, "/to", new() { Compress = compression });
        AssertSame("/to");
    }

    [Fact]
    public void Compressed_device_is_the_device_once_it_is_unpacked()
    {
        _handle.PwriteDevice("/dev/sdb", Content, 1 << 20);

        _handle.CompressDeviceOut("gzip", "/dev/sdb", _packed);

        using var unpacked = new GZipStream(File.OpenRead(_packed), CompressionMode.Decompress);
        var start = new byte[(1 << 20) + Content.Length];
        unpacked.ReadExactly(start);
        Assert.Equal(Content, start[(1 << 20)..]);
    }

    [Fact]
    public void Base64_goes_out_and_in()
    {
        _handle.Base64Out("/from/folder/file", _packed);
        _handle.Base64In(_packed, "/to/file");

        Assert.Equal(Content, Convert.FromBase64String(File.ReadAllText(_packed)));
        Assert.Equal(Content, _handle.ReadFile("/to/file"));
    }

    private void AssertSame(string folder)
    {
        Assert.Equal(Content, _handle.ReadFile($"{folder}/folder/file"));
        var status = _handle.Statns($"{folder}/folder/file");
        Assert.Equal((0x81E8 /* a regular file, 0750 */, 1000, 1001), (status.StMode, status.StUid, status.StGid));
        Assert.Equal("folder/file", _handle.Readlink($"{folder}/link"));
    }

    private List<TarEntry> Entries()
    {
        using var reader = new TarReader(File.OpenRead(_packed));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry() is { } entry)
            entries.Add(entry);
        return entries;
    }
}
