using System.Globalization;
using System.Security.Cryptography;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

public sealed class OverlayTests : IDisposable
{
    private const long Tebi = 1L << 40;
    private readonly ImageFolder folder = new();

    private TemporaryFolder Temporary => new(folder.Root, "TMPDIR");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(1_000_448)]
    [InlineData(512L << 20)]
    [InlineData((512L << 20) + 512)]
    [InlineData(64 * Tebi)]
    [InlineData(8192 * Tebi)] // needs clusters larger than 64 KiB
    [InlineData(Overlay.MaxVirtualSize)]
    public void Overlay_is_a_sound_qcow2_image_for_qemu_img(long size)
    {
        using var overlay = Overlay.Create(Temporary, size);

        var check = folder.QemuImg("check", "-f", "qcow2", PathOf(overlay));
        var info = folder.QemuImg("info", "-f", "qcow2", "--output=json", PathOf(overlay));

        Assert.Contains("No errors were found", check, StringComparison.Ordinal);
        Assert.Contains($"\"virtual-size\": {size.ToString(CultureInfo.InvariantCulture)},", info, StringComparison.Ordinal);
        Assert.Contains("\"compat\": \"1.1\"", info, StringComparison.Ordinal);
        Assert.DoesNotContain("backing", info, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlay_is_sound_for_our_own_parser()
    {
        using var overlay = Overlay.Create(Temporary, 10 * Tebi);

        using var image = ImageOpener.Open(PathOf(overlay), "qcow2", readOnly: true);

        Assert.Equal(10 * Tebi, image.VirtualSize);
    }

    [Fact]
    public void Overlay_takes_next_to_no_space_and_has_no_name()
    {
        using var overlay = Overlay.Create(Temporary, 8192 * Tebi);

        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
        Assert.InRange(Descriptors.Stat(overlay.Handle).Blocks * 512, 0, 64 * 1024);
        Assert.Equal(0u, Descriptors.Stat(overlay.Handle).Permissions & 0x3F);
    }

    [Fact]
    public void Writes_go_to_the_overlay_and_the_image_stays_as_it_was()
    {
        var content = new byte[1_000_000];
        new Random(7).NextBytes(content);
        folder.Write("base.img", content);
        using var image = folder.Open("base.img");
        using var overlay = Overlay.Create(Temporary, image.VirtualSize!.Value);
        var options = $"driver=qcow2,file.driver=file,file.filename={PathOf(overlay)},backing.driver=raw,backing.read-only=on,"
            + $"backing.file.driver=file,backing.file.read-only=on,backing.file.filename={folder["base.img"]}";

        folder.Run("qemu-io", "--image-opts", options, "-c", "write -P 0xAB 4096 512", "-c", "flush");
        folder.QemuImg("convert", "--image-opts", "-O", "raw", options, "result.img");

        var expected = new byte[1_000_448];
        content.CopyTo(expected, 0);
        expected.AsSpan(4096, 512).Fill(0xAB);
        Assert.Equal(SHA256.HashData(expected), SHA256.HashData(File.ReadAllBytes(folder["result.img"])));
        Assert.Equal(content, File.ReadAllBytes(folder["base.img"]));
        Assert.Contains("No errors were found", folder.QemuImg("check", "-f", "qcow2", PathOf(overlay)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-512)]
    [InlineData(100)]
    [InlineData(long.MaxValue)]
    public void Size_that_no_disk_has_is_a_mistake_of_the_caller(long size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Create(Temporary, size));

    [Fact]
    public void Full_temporary_folder_is_a_sentence_that_names_it()
    {
        using var full = MountedFolder.Full(folder);

        var refusal = Assert.Throws<ImageException>(() => Overlay.Create(new(full.Path, "TMPDIR"), 1 << 20));

        Assert.Equal("ENOSPC", refusal.ErrnoName);
        Assert.Equal($"{full.Path}: the temporary folder (from TMPDIR) has no space left; set TMPDIR to another folder", refusal.Message);
    }

    private static string PathOf(ImageLayer layer) => $"/proc/{Environment.ProcessId}/fd/{layer.Handle.DangerousGetHandle()}";
}
