using System.Security.Cryptography;
using VirtTools.Posix;

namespace VirtTools.GuestTests.BlockAccess;

/// <summary>Whole drives go between image and host file without the guest.</summary>
public sealed class DeviceTransferTests : IDisposable
{
    private const long MebiByte = 1024 * 1024;
    private const long DriveSize = 64 * MebiByte;
    private const string Device = "/dev/sda";

    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-device-").FullName;

    [Theory]
    [InlineData("raw", false)]
    [InlineData("raw", true)]
    [InlineData("qcow2", true)]
    public async Task A_download_is_what_the_drive_holds_and_keeps_its_holes(string format, bool isReadOnly)
    {
        var (image, content) = MakeImage(format);
        await using var handle = Launch(image, format, isReadOnly);
        using var log = new TransferLog(handle);

        handle.Download(Device, HostFile("sync"));
        await handle.DownloadAsync(Device, HostFile("async"));

        Assert.Equal(2, log.Take().Split("beside the guest").Length - 1);
        Assert.Equal(content, File.ReadAllBytes(HostFile("sync")));
        Assert.Equal(content, File.ReadAllBytes(HostFile("async")));
        Assert.InRange(Descriptors.Stat(HostFile("sync")).Blocks * 512, 1, 4 * MebiByte);
    }

    [Fact]
    public void What_the_guest_wrote_to_a_read_only_drive_is_downloaded_and_is_not_in_the_image()
    {
        var (image, content) = MakeImage("raw");
        var written = RandomNumberGenerator.GetBytes(4096);
        using var handle = Launch(image, "raw", isReadOnly: true);

        handle.PwriteDevice(Device, written, 32 * MebiByte);
        handle.Download(Device, HostFile("copy"));

        Assert.Equal(content, File.ReadAllBytes(image));
        written.CopyTo(content, 32 * MebiByte);
        Assert.Equal(content, File.ReadAllBytes(HostFile("copy")));
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public async Task An_upload_of_a_sparse_file_replaces_all_that_the_image_held(string format)
    {
        var (image, _) = MakeImage(format);
        var content = new byte[DriveSize];
        Random.Shared.NextBytes(content.AsSpan(0, 4096));
        Random.Shared.NextBytes(content.AsSpan((int)(DriveSize - 4096)));
        WriteSparse(HostFile("source"), content);
        await using (var handle = Launch(image, format, isReadOnly: false))
        {
            using var log = new TransferLog(handle);
            handle.Upload(HostFile("source"), Device);
            Assert.Contains("beside the guest", log.Take(), StringComparison.Ordinal);
            await handle.UploadAsync(new MemoryStream(content), Device);
            Assert.Contains("beside the guest", log.Take(), StringComparison.Ordinal);
        }

        Assert.Equal(content, await ContentOfAsync(image, format));
    }

    [Fact]
    public async Task What_was_uploaded_is_in_the_image_when_the_call_returns()
    {
        var (image, _) = MakeImage("qcow2");
        var content = RandomNumberGenerator.GetBytes((int)DriveSize);
        using (var handle = Launch(image, "qcow2", isReadOnly: false))
        {
            handle.Upload(new MemoryStream(content), Device);
            handle.KillSubprocess();
        }

        Assert.Equal(content, await ContentOfAsync(image, "qcow2"));
    }

    [Fact]
    public void A_target_without_room_fails_with_one_sentence_and_the_handle_stays_usable()
    {
        var (image, content) = MakeImage("raw");
        using var handle = Launch(image, "raw", isReadOnly: true);

        var failure = Assert.Throws<GuestfsException>(() => handle.Download(Device, "/dev/full"));

        Assert.Contains("/dev/full", failure.Message, StringComparison.Ordinal);
        handle.Download(Device, HostFile("copy"));
        Assert.Equal(content, File.ReadAllBytes(HostFile("copy")));
    }

    [Fact]
    public async Task A_cancelled_transfer_ends_and_the_next_one_runs()
    {
        var (image, content) = MakeImage("raw");
        await using var handle = Launch(image, "raw", isReadOnly: true);
        using var source = new CancellationTokenSource();

        var failure = Assert.Throws<GuestfsException>(() => handle.Download(Device, new ReactingStream(handle.UserCancel)));
        Assert.Equal("EINTR", failure.ErrnoName);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.DownloadAsync(Device, new ReactingStream(source.Cancel), source.Token));

        await handle.DownloadAsync(Device, HostFile("copy"));
        Assert.Equal(content, File.ReadAllBytes(HostFile("copy")));
    }

    [Fact]
    public void An_appliance_that_dies_in_the_middle_is_one_exception()
    {
        var (image, _) = MakeImage("raw");
        using var handle = Launch(image, "raw", isReadOnly: true);

        var failure = Assert.Throws<GuestfsException>(() => handle.Download(Device, new ReactingStream(handle.KillSubprocess)));

        Assert.Equal("ENOTCONN", failure.ErrnoName);
        Assert.True(handle.IsConfig());
    }

    [Fact]
    public void A_raw_image_that_is_written_is_written_by_one_appliance_only()
    {
        var (image, _) = MakeImage("raw");
        using var first = Prepare(image, "raw", isReadOnly: false);
        using var second = Prepare(image, "raw", isReadOnly: false);

        first.Launch();

        var failure = Assert.Throws<GuestfsException>(second.Launch);

        Assert.Equal("EBUSY", failure.ErrnoName);
        Assert.Contains("in use by another process", failure.Message, StringComparison.Ordinal);
        first.PingDaemon();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string HostFile(string name) => Path.Combine(_folder, name);

    private Guestfs Launch(string image, string format, bool isReadOnly)
    {
        var handle = Prepare(image, format, isReadOnly);
        handle.Launch();
        return handle;
    }

    private static Guestfs Prepare(string image, string format, bool isReadOnly)
    {
        var handle = Guests.Prepare();
        handle.AddDrive(image, new() { Format = format, ReadOnly = isReadOnly });
        return handle;
    }

    /// <summary>A drive with 1 MiB of data in its middle and some at its end.</summary>
    private (string Image, byte[] Content) MakeImage(string format)
    {
        var content = new byte[DriveSize];
        Random.Shared.NextBytes(content.AsSpan((int)(20 * MebiByte), (int)MebiByte));
        Random.Shared.NextBytes(content.AsSpan((int)(DriveSize - 512)));
        WriteSparse(HostFile("image.raw"), content);
        if (format == "raw")
        {
            return (HostFile("image.raw"), content);
        }

        Run("qemu-img", "convert", "-f", "raw", "-O", format, HostFile("image.raw"), HostFile("image"));
        return (HostFile("image"), content);
    }

    private async Task<byte[]> ContentOfAsync(string image, string format)
    {
        Run("qemu-img", "convert", "-f", format, "-O", "raw", image, HostFile("content"));
        return await File.ReadAllBytesAsync(HostFile("content"));
    }

    private static void WriteSparse(string path, ReadOnlySpan<byte> content)
    {
        using var file = File.Create(path, bufferSize: 0);
        for (var offset = 0; offset < content.Length; offset += 4096)
        {
            var block = content.Slice(offset, Math.Min(4096, content.Length - offset));
            if (block.ContainsAnyExcept((byte)0))
            {
                file.Position = offset;
                file.Write(block);
            }
        }

        file.SetLength(content.Length);
    }

    private static void Run(params string[] words)
    {
        var result = ChildProcess.Run(words, new());
        Assert.True(result.IsSuccess, result.ErrorText);
    }

    /// <summary>Takes everything, and does something when the first bytes come.</summary>
    private sealed class ReactingStream(Action react) : MemoryStream
    {
        private bool _reacted;

        public override void Write(ReadOnlySpan<byte> buffer) => React();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            React();
            return ValueTask.CompletedTask;
        }

        private void React()
        {
            if (!_reacted)
            {
                _reacted = true;
                react();
            }
        }
    }
}
