using System.Net.Sockets;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

public sealed class ImageKindTests : IDisposable
{
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Missing_file_is_refused_with_its_name()
    {
        var refusal = folder.Refusal("nope.img");

        Assert.Equal("ENOENT", refusal.ErrnoName);
        Assert.Equal($"{folder["nope.img"]}: no such file; check the name", refusal.Message);
    }

    [Fact]
    public void Folder_is_refused()
    {
        Directory.CreateDirectory(folder["disk.qcow2"]);

        var refusal = folder.Refusal("disk.qcow2");

        Assert.Equal("EISDIR", refusal.ErrnoName);
        Assert.Contains("a directory, not a disk image", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, true, "no permission to read it")]
    [InlineData(0x124u, false, "no permission to write it; add it read-only")]
    public void File_of_another_user_is_refused(uint mode, bool readOnly, string why)
    {
        folder.Raw("disk.img", 512);
        folder.Run("chmod", "755", ".");
        folder.Run("chmod", Convert.ToString(mode, 8), "disk.img");
        using var user = FileSystemUser.Unprivileged();

        var refusal = folder.Refusal("disk.img", readOnly: readOnly);

        Assert.Equal("EACCES", refusal.ErrnoName);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_of_another_user_is_read_although_its_access_time_cannot_be_kept()
    {
        folder.Raw("disk.img", 512);
        folder.Run("chmod", "755", ".");
        using var user = FileSystemUser.Unprivileged();

        using var image = folder.Open("disk.img");

        Assert.Equal(512, image.VirtualSize);
    }

    [Fact]
    public void File_on_a_read_only_file_system_is_refused_for_writing_only()
    {
        using var mounted = MountedFolder.ReadOnly(folder);

        ImageOpener.Open($"{mounted.Path}/disk.img", null, readOnly: true).Dispose();
        var refusal = Assert.Throws<ImageException>(() => ImageOpener.Open($"{mounted.Path}/disk.img", null, readOnly: false));

        Assert.Equal("EROFS", refusal.ErrnoName);
        Assert.EndsWith("disk.img: on a read-only file system; add it read-only, or copy it to another one", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("disk.img: on a read-only file system; copy it to another one", refusal.ForWriting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pipe_is_refused_without_waiting_for_a_writer(bool readOnly)
    {
        folder.Run("mkfifo", "pipe");

        var refusal = folder.Refusal("pipe", readOnly: readOnly);

        Assert.Equal("ESPIPE", refusal.ErrnoName);
        Assert.Contains("a FIFO", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder["socket"]));

        var refusal = folder.Refusal("socket");

        Assert.Equal("ENXIO", refusal.ErrnoName);
        Assert.Contains("a socket", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Character_device_is_refused()
    {
        var refusal = Assert.Throws<ImageException>(() => ImageOpener.Open("/dev/null", null, readOnly: true));

        Assert.Equal("ENOTBLK", refusal.ErrnoName);
        Assert.StartsWith("/dev/null: a character device", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loop_of_symbolic_links_is_refused()
    {
        File.CreateSymbolicLink(folder["a"], "b");
        File.CreateSymbolicLink(folder["b"], "a");

        Assert.Equal("ELOOP", folder.Refusal("a").ErrnoName);
    }

    [Fact]
    public void Path_through_a_file_is_refused()
    {
        folder.Raw("disk.img", 512);

        Assert.Equal("ENOTDIR", folder.Refusal("disk.img/x").ErrnoName);
    }

    [Fact]
    public void String_that_is_no_path_is_refused() =>
        Assert.All(["a\0b", "a\uD800b"], path =>
        {
            var refusal = Assert.Throws<ImageException>(() => ImageOpener.Open(path, null, readOnly: true));

            Assert.Equal("EINVAL", refusal.ErrnoName);
        });

    [Fact]
    public void Name_with_newline_escape_sequence_and_invalid_bytes_is_opened()
    {
        var name = folder["disk\n\u001b[31m \uDCFF\uDC80.img"];
        using (Descriptors.Open(name, OpenFlags.Create | OpenFlags.WriteOnly, 0x1A4))
        {
        }

        using var image = ImageOpener.Open(name, null, readOnly: true);

        Assert.Equal("raw", Assert.Single(image.Layers).Format);
    }

    [Fact]
    public void Local_file_with_a_colon_in_its_name_is_a_file()
    {
        folder.Raw("nbd:x.img", 1024);

        using var image = folder.Open("nbd:x.img");

        Assert.Equal(1024, image.VirtualSize);
    }

    [Fact]
    public void Descriptors_of_a_read_only_drive_cannot_write()
    {
        folder.QemuImg("create", "-q", "-f", "raw", "base.img", "1M");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "base.img", "-F", "raw", "top.qcow2");

        using var image = folder.Open("top.qcow2");

        Assert.All(image.Layers, layer =>
        {
            Assert.True(layer.ReadOnly);
            Assert.Equal(OpenFlags.ReadOnly, Descriptors.GetFlags(layer.Handle) & (OpenFlags.WriteOnly | OpenFlags.ReadWrite));
        });
    }

    [Fact]
    public void Only_the_top_of_a_writable_drive_can_be_written()
    {
        folder.QemuImg("create", "-q", "-f", "raw", "base.img", "1M");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "base.img", "-F", "raw", "top.qcow2");

        using var image = ImageOpener.Open(folder["top.qcow2"], null, readOnly: false);

        Assert.Equal([false, true], image.Layers.Select(layer => layer.ReadOnly));
        Assert.Equal(
            [OpenFlags.ReadWrite, OpenFlags.ReadOnly],
            image.Layers.Select(layer => Descriptors.GetFlags(layer.Handle) & (OpenFlags.WriteOnly | OpenFlags.ReadWrite)));
    }

    [Fact]
    public void Opening_read_only_leaves_all_times_as_they_were()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "disk.qcow2", "1M");
        File.SetLastAccessTimeUtc(folder["disk.qcow2"], DateTime.UnixEpoch.AddDays(1));
        var before = Descriptors.Stat(folder["disk.qcow2"]);

        folder.Open("disk.qcow2").Dispose();

        var after = Descriptors.Stat(folder["disk.qcow2"]);
        Assert.Equal((before.AccessTime, before.ModificationTime, before.ChangeTime), (after.AccessTime, after.ModificationTime, after.ChangeTime));
    }

    [Fact]
    public void Dispose_closes_every_layer_and_may_be_called_twice()
    {
        folder.QemuImg("create", "-q", "-f", "raw", "base.img", "1M");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "base.img", "-F", "raw", "top.qcow2");
        var image = folder.Open("top.qcow2");

        image.Dispose();
        image.Dispose();

        Assert.All(image.Layers, layer => Assert.True(layer.Handle.IsClosed));
    }

    [Fact]
    public void Refused_image_leaves_no_descriptor_open()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "-u", "-b", "nope.img", "-F", "raw", "top.qcow2", "1M");

        folder.Refusal("top.qcow2");

        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), link => new FileInfo(link).LinkTarget == folder["top.qcow2"]);
    }
}
