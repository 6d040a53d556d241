using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

public sealed class TransferTests : IDisposable
{
    private readonly DaemonUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(1_500_003)]
    public void Content_arrives_as_it_was_sent(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);

        _daemon.Upload(content, "/file");

        Assert.Equal(content, File.ReadAllBytes(_daemon.HostPath("/file")));
        Assert.Equal(content, _daemon.Download("/file"));
    }

    [Fact]
    public void Upload_at_an_offset_keeps_the_rest()
    {
        File.WriteAllText(_daemon.HostPath("/file"), "0123456789");

        _daemon.Call(ActionDescriptors.UploadOffset, call =>
        {
            call.FileIn("filename", new MemoryStream("abc"u8.ToArray()));
            call.String("remotefilename", "/file");
            call.Int64("offset", 4);
        });

        Assert.Equal("0123abc789", File.ReadAllText(_daemon.HostPath("/file")));
    }

    [Fact]
    public void Part_of_a_file_is_downloaded()
    {
        File.WriteAllText(_daemon.HostPath("/file"), "0123456789");

        Assert.Equal("345"u8, DownloadPart(3, 3));
    }

    [Fact]
    public void Part_beyond_the_end_aborts_the_transfer()
    {
        File.WriteAllText(_daemon.HostPath("/file"), "0123456789");

        Assert.Throws<GuestfsException>(() => DownloadPart(8, 20));
        _daemon.Ping();
    }

    [Fact]
    public void Upload_that_fails_is_drained_and_explained()
    {
        var content = new byte[1_000_000];

        var error = Assert.Throws<GuestfsException>(() => _daemon.Upload(content, "/no/such/folder"));

        Assert.Equal("ENOENT", error.ErrnoName);
        Assert.Contains("/no/such/folder", error.Message);
        _daemon.Ping();
    }

    [Fact]
    public void Download_of_a_folder_is_refused_before_any_content()
    {
        Directory.CreateDirectory(_daemon.HostPath("/folder"));

        var error = Assert.Throws<GuestfsException>(() => _daemon.Download("/folder"));

        Assert.Equal("EISDIR", error.ErrnoName);
    }

    [Fact]
    public void Library_may_abort_an_upload()
    {
        using var body = new XdrWriter();
        body.WriteString("/file");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.Upload.Procedure, 7, 0, 0), body.Written.Span);
        _daemon.SendRaw(Chunk(cancel: 0, "abcd"u8));
        _daemon.SendRaw(Chunk(cancel: 1, []));
        var (_, error) = _daemon.ReceiveReply();

        Assert.Equal("EINTR", error!.Value.ErrnoName);
        _daemon.Ping();
    }

    [Fact]
    public void Malformed_chunk_is_refused_and_the_next_call_served()
    {
        using var body = new XdrWriter();
        body.WriteString("/file");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.Upload.Procedure, 7, 0, 0), body.Written.Span);
        _daemon.SendRaw([.. DaemonUnderTest.Word(8), 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        _daemon.SendRaw(Chunk(cancel: 0, []));
        var (_, error) = _daemon.ReceiveReply();

        Assert.Equal("EPROTO", error!.Value.ErrnoName);
        _daemon.Ping();
    }

    [Fact]
    public void Library_may_stop_a_download()
    {
        File.WriteAllBytes(_daemon.HostPath("/file"), new byte[8_000_000]);
        using var body = new XdrWriter();
        body.WriteString("/file");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.Download.Procedure, 7, 0, 0), body.Written.Span);
        Assert.Null(_daemon.ReceiveReply().Error);
        _daemon.SendRaw(DaemonUnderTest.Word(Protocol.CancelFlag));
        var received = ReadChunksToTheEnd();

        Assert.True(received.Cancelled);
        Assert.True(received.Bytes < 8_000_000);
        _daemon.Ping();
    }

    private (bool Cancelled, long Bytes) ReadChunksToTheEnd()
    {
        long bytes = 0;
        while (true)
        {
            var reader = new XdrReader(_daemon.Session.Connection.Receive().Content.Span);
            var cancelled = reader.ReadInt32() != 0;
            var length = reader.ReadSpan().Length;
            if (cancelled || length == 0)
            {
                return (cancelled, bytes);
            }

            bytes += length;
        }
    }

    private byte[] DownloadPart(long offset, long size)
    {
        using var content = new MemoryStream();
        _daemon.Call(ActionDescriptors.DownloadOffset, call =>
        {
            call.String("remotefilename", "/file");
            call.FileOut("filename", content);
            call.Int64("offset", offset);
            call.Int64("size", size);
        });
        return content.ToArray();
    }

    internal static byte[] Chunk(int cancel, ReadOnlySpan<byte> content)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0);
        writer.WriteInt32(cancel);
        writer.WriteBytes(content);
        writer.PatchUInt32(0, (uint)writer.Length - 4);
        return writer.Written.ToArray();
    }
}
