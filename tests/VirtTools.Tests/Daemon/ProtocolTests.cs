using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

public sealed class ProtocolTests : IDisposable
{
    private readonly DaemonUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void Launch_flag_comes_before_anything_else()
    {
        Assert.True(_daemon.Launched);
        _daemon.Ping();
    }

    [Theory]
    [InlineData(0x2000_F5F6u, 4u, 0u, 0u, "program")]
    [InlineData(0x2000_F5F5u, 5u, 0u, 0u, "version")]
    [InlineData(0x2000_F5F5u, 4u, 1u, 0u, "direction")]
    [InlineData(0x2000_F5F5u, 4u, 0u, 1u, "status")]
    public void Wrong_header_gets_an_error_reply_that_names_the_field(uint program, uint version, uint direction, uint status, string field)
    {
        var header = new MessageHeader(program, version, 305, (MessageDirection)direction, 7, 0, 0, (MessageStatus)status);

        _daemon.SendMessage(header, []);
        var (reply, error) = _daemon.ReceiveReply();

        Assert.Equal(7u, reply.Serial);
        Assert.Contains(field, error!.Value.Message);
        _daemon.Ping();
    }

    [Fact]
    public void Message_too_short_for_a_header_gets_an_error_reply()
    {
        _daemon.SendRaw([.. DaemonUnderTest.Word(8), 1, 2, 3, 4, 5, 6, 7, 8]);
        var (_, error) = _daemon.ReceiveReply();

        Assert.NotNull(error);
        _daemon.Ping();
    }

    [Fact]
    public void Unknown_procedure_gets_an_error_reply()
    {
        _daemon.SendMessage(MessageHeader.ForCall(9999, 7, 0, 0), []);
        var (_, error) = _daemon.ReceiveReply();

        Assert.Equal("ENOSYS", error!.Value.ErrnoName);
    }

    [Fact]
    public void Optional_argument_that_the_action_lacks_is_refused()
    {
        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.PingDaemon.Procedure, 7, 0, 1), []);
        var (_, error) = _daemon.ReceiveReply();

        Assert.Contains("optional", error!.Value.Message);
    }

    [Fact]
    public void Optional_argument_newer_than_the_daemon_is_refused()
    {
        using var body = new XdrWriter();
        body.WriteString("/");
        body.WriteBool(true);

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.IsDir.Procedure, 7, 0, 2), body.Written.Span);
        var (_, error) = _daemon.ReceiveReply();

        Assert.Contains("newer", error!.Value.Message);
    }

    [Fact]
    public void Library_that_does_not_know_the_newest_optional_argument_is_served()
    {
        using var body = new XdrWriter();
        body.WriteString("/");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.IsDir.Procedure, 7, 0, 0), body.Written.Span);

        Assert.Null(_daemon.ReceiveReply().Error);
    }

    [Fact]
    public void Optional_argument_that_is_announced_but_missing_is_refused()
    {
        using var body = new XdrWriter();
        body.WriteString("/");

        _daemon.SendMessage(MessageHeader.ForCall((uint)ActionDescriptors.IsDir.Procedure, 7, 0, 1), body.Written.Span);

        Assert.Equal("EPROTO", _daemon.ReceiveReply().Error!.Value.ErrnoName);
    }

    [Fact]
    public void Arguments_that_end_too_early_or_too_late_are_refused()
    {
        using var body = new XdrWriter();
        body.WriteString("/");
        body.WriteUInt32(1);
        var procedure = (uint)ActionDescriptors.Mkdir.Procedure;

        _daemon.SendMessage(MessageHeader.ForCall(procedure, 7, 0, 0), body.Written.Span);
        var tooLong = _daemon.ReceiveReply().Error;
        _daemon.SendMessage(MessageHeader.ForCall(procedure, 8, 0, 0), [0, 0, 0, 9, (byte)'/']);
        var tooShort = _daemon.ReceiveReply().Error;

        Assert.Equal("EPROTO", tooLong!.Value.ErrnoName);
        Assert.Equal("EPROTO", tooShort!.Value.ErrnoName);
    }

    [Fact]
    public void Cancel_flag_between_calls_is_ignored()
    {
        _daemon.SendRaw(DaemonUnderTest.Word(Protocol.CancelFlag));

        _daemon.Ping();
    }

    [Fact]
    public void Message_over_the_limit_ends_the_daemon()
    {
        _daemon.SendRaw(DaemonUnderTest.Word(Protocol.MessageMax + 1));

        Assert.Equal(1, _daemon.WaitForExit());
    }

    [Fact]
    public void Daemon_ends_quietly_when_the_library_hangs_up()
    {
        _daemon.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Both);

        Assert.Equal(0, _daemon.WaitForExit());
    }

    [Fact]
    public void Result_over_the_limit_becomes_an_error()
    {
        File.WriteAllBytes(_daemon.HostPath("/big"), new byte[Protocol.MessageMax]);

        var error = _daemon.Fails(ActionDescriptors.Pread, call =>
        {
            call.String("path", "/big");
            call.Int("count", Protocol.MessageMax - 1);
            call.Int64("offset", 0);
        });

        Assert.Equal("E2BIG", error.ErrnoName);
        _daemon.Ping();
    }

    [Fact]
    public void Hello_agrees_on_larger_chunks()
    {
        var request = VirtTools.Connection.ExtensionHello.Request();
        var content = new byte[3_000_001];
        new Random(1).NextBytes(content);

        var body = _daemon.Session.TryExtension(VirtTools.Connection.ExtensionHello.Procedure, request);
        var answer = VirtTools.Connection.ExtensionHello.ParseReply(body!.Value.Span);
        _daemon.Session.ChunkSize = answer.ChunkSize;
        _daemon.Upload(content, "/file");

        Assert.Equal(Protocol.LargeChunkMax, answer.ChunkSize);
        Assert.NotEmpty(answer.BuildId);
        Assert.Null(answer.Mailbox);
        Assert.Equal(content, File.ReadAllBytes(_daemon.HostPath("/file")));
        Assert.Equal(content, _daemon.Download("/file"));
    }

    [Fact]
    public void Unknown_extension_gets_an_error_reply()
    {
        _daemon.SendMessage(MessageHeader.ForCall(Protocol.FirstExtension + 77, 7, 0, 0), []);

        Assert.Equal("ENOSYS", _daemon.ReceiveReply().Error!.Value.ErrnoName);
    }
}
