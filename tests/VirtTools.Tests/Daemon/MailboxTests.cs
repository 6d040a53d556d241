using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

public sealed class MailboxTests : IDisposable
{
    private static readonly MailboxLayout Layout = MailboxLayout.Usual;

    private readonly DaemonUnderTest _daemon = DaemonUnderTest.WithMailbox();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void Hello_agrees_on_a_mailbox_that_fits_between_the_margins()
    {
        Assert.Equal(Layout, _daemon.Session.Mailbox!.Layout);
        Assert.True(Layout.Fits);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MailboxLayout.LeastContent - 1)]
    [InlineData(MailboxLayout.LeastContent)]
    [InlineData(MailboxLayout.LeastContent + 1)]
    [InlineData((4 << 20) - 1)]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) + 1)]
    [InlineData(50_000_001)]
    public void Content_arrives_as_it_was_sent(int size)
    {
        var content = Random(size);

        _daemon.Upload(content, "/file");

        Assert.Equal(content, File.ReadAllBytes(_daemon.HostPath("/file")));
        Assert.Equal(content, _daemon.Download("/file"));
        Assert.Equal(content[(content.Length / 3)..], DownloadFrom(content.Length / 3, content.Length - (content.Length / 3)));
    }

    [Fact]
    public void Content_of_a_stream_of_unknown_length_arrives_too()
    {
        var content = Random(9_000_001);

        _daemon.Call(ActionDescriptors.Upload, call =>
        {
            call.FileIn("filename", new DripStream(content));
            call.String("remotefilename", "/file");
        });

        Assert.Equal(content, File.ReadAllBytes(_daemon.HostPath("/file")));
    }

    [Fact]
    public void Margins_of_the_disk_stay_zero()
    {
        _daemon.Upload(Random(50_000_001), "/file");
        _daemon.Download("/file");

        var disk = File.ReadAllBytes($"/proc/self/fd/{_daemon.Session.Mailbox!.Disk.DangerousGetHandle()}");
        Assert.False(disk.AsSpan(0, (int)MailboxLayout.Margin).ContainsAnyExcept((byte)0));
        Assert.False(disk.AsSpan((int)(MailboxLayout.DiskSize - MailboxLayout.Margin)).ContainsAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(uint.MaxValue, 1)]
    [InlineData(0, 0)]
    [InlineData(0, (4 << 20) + 1)]
    [InlineData(0, uint.MaxValue)]
    public void Slot_that_cannot_be_is_refused_and_the_next_call_served(uint slot, uint length)
    {
        using var body = new XdrWriter();
        body.WriteString("/file");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.Upload.Procedure, 7, 0, 0), body.Written.Span);
        _daemon.SendRaw([.. DaemonUnderTest.Word(12), .. DaemonUnderTest.Word((uint)ChunkKind.Slot), .. DaemonUnderTest.Word(slot), .. DaemonUnderTest.Word(length)]);
        _daemon.SendRaw(TransferTests.Chunk(cancel: 0, []));
        var (_, error) = _daemon.ReceiveReply();

        Assert.Equal("EPROTO", error!.Value.ErrnoName);
        _daemon.Ping();
    }

    [Fact]
    public void Slot_given_back_by_who_does_not_have_it_ends_the_transfer_only()
    {
        File.WriteAllBytes(_daemon.HostPath("/file"), new byte[50_000_000]);
        using var body = new XdrWriter();
        body.WriteString("/file");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.Download.Procedure, 7, 0, 0), body.Written.Span);
        Assert.Null(_daemon.ReceiveReply().Error);
        _daemon.SendRaw([.. DaemonUnderTest.Word(Protocol.SlotFlag), .. DaemonUnderTest.Word(7), .. DaemonUnderTest.Word(Protocol.SlotFlag), .. DaemonUnderTest.Word(7)]);

        Assert.Equal(ChunkKind.Cancelled, LastChunk());
        _daemon.Ping();
    }

    [Fact]
    public void Library_may_stop_a_download_while_the_daemon_waits_for_a_slot()
    {
        File.WriteAllBytes(_daemon.HostPath("/file"), new byte[50_000_000]);
        using var body = new XdrWriter();
        body.WriteString("/file");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.Download.Procedure, 7, 0, 0), body.Written.Span);
        Assert.Null(_daemon.ReceiveReply().Error);
        _daemon.SendRaw(DaemonUnderTest.Word(Protocol.CancelFlag));

        Assert.Equal(ChunkKind.Cancelled, LastChunk());
        Assert.Equal(new byte[100_000], Upload100KAndBack());
    }

    [Fact]
    public void Upload_that_fails_is_drained_and_explained()
    {
        var error = Assert.Throws<GuestfsException>(() => _daemon.Upload(new byte[50_000_000], "/no/such/folder"));

        Assert.Equal("ENOENT", error.ErrnoName);
        _daemon.Ping();
    }

    [Fact]
    public void Older_library_is_answered_without_a_mailbox()
    {
        using var hello = new XdrWriter();
        hello.WriteUInt32(1);
        hello.WriteUInt32(Protocol.LargeChunkMax);

        var answer = VirtTools.Connection.ExtensionHello.ParseReply(_daemon.Session.TryExtension(VirtTools.Connection.ExtensionHello.Procedure, hello)!.Value.Span);

        Assert.Null(answer.Mailbox);
    }

    private static byte[] Random(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    private byte[] DownloadFrom(long offset, long size)
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

    private byte[] Upload100KAndBack()
    {
        _daemon.Upload(new byte[100_000], "/small");
        return _daemon.Download("/small");
    }

    // Reads a transfer to its end without giving slots back.
    private ChunkKind LastChunk()
    {
        while (true)
        {
            var reader = new XdrReader(_daemon.Session.Connection.Receive().Content.Span);
            var kind = (ChunkKind)reader.ReadInt32();
            if (kind == ChunkKind.Cancelled || (kind == ChunkKind.Content && reader.ReadSpan().IsEmpty))
            {
                return kind;
            }
        }
    }

    private sealed class DripStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 4097)]);
    }
}
