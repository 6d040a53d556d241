using VirtTools.Daemon.Boot;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>Reads calls and answers them until the library hangs up. Whatever a single call does, the next one is served.</summary>
internal sealed class DaemonLoop(Channel channel, ActionRequest request, ActionDispatcher dispatcher, Extensions extensions)
{
    private const int SmallMessage = 64 * 1024;

    private byte[] _message = new byte[SmallMessage];

    /// <summary>Say on the console what is called and how long it took.</summary>
    public bool Verbose { get; set; }

    /// <summary>Runs after each call; the place to reap orphaned processes.</summary>
    public Action? AfterCall { get; init; }

    /// <summary>Serves calls until the library hangs up.</summary>
    /// <exception cref="ChannelException">The channel broke, or the library sent something after which no message can be found.</exception>
    public void Run()
    {
        while (channel.TryReadWord() is { } word)
        {
            // A cancel flag that crossed the end of its transfer.
            if (word == Wire.Protocol.CancelFlag)
            {
                continue;
            }

            // A slot given back after the last one was filled.
            if (word == Wire.Protocol.SlotFlag && request.Pieces.Mailbox is not null)
            {
                channel.ReadWord();
                continue;
            }

            if (word > Wire.Protocol.MessageMax)
            {
                throw new ChannelException($"the library sent a message of {word} bytes; at most {Wire.Protocol.MessageMax} are allowed");
            }

            var message = ReadMessage((int)word);
            Serve(message);
            AfterCall?.Invoke();
        }
    }

    private Memory<byte> ReadMessage(int length)
    {
        if (_message.Length < length)
        {
            _message = new byte[length];
        }
        else if (_message.Length > SmallMessage && length <= SmallMessage)
        {
            _message = new byte[SmallMessage];
        }

        var message = _message.AsMemory(0, length);
        channel.Read(message.Span);
        return message;
    }

    private void Serve(ReadOnlyMemory<byte> message)
    {
        if (message.Length < Wire.Protocol.HeaderSize)
        {
            request.Begin(default, default);
            request.ReplyError("EPROTO", $"a message of {message.Length} bytes is too short to have a header");
            return;
        }

        var reader = new XdrReader(message.Span);
        var header = MessageHeader.Read(ref reader);
        request.Begin(header, message[Wire.Protocol.HeaderSize..]);
        if (Complaint(header) is { } complaint)
        {
            request.ReplyError("EPROTO", complaint);
            return;
        }

        var started = Verbose ? Environment.TickCount64 : 0;
        try
        {
            if (header.Procedure >= Wire.Protocol.FirstExtension)
            {
                extensions.Serve(header, request);
            }
            else if (!dispatcher.Dispatch(header.Procedure, request))
            {
                request.ReplyError("ENOSYS", $"unknown procedure number {header.Procedure}: this appliance does not know the action");
            }

            // An action that did not need all of its file.
            if (request.Action is { HasFileIn: true })
            {
                request.Chunks.Drain();
            }
        }
        catch (ChannelException)
        {
            throw;
        }
        catch (Exception e)
        {
            Fail(e);
        }

        if (Verbose)
        {
            ConsoleLine.Write($"{request.Action?.Name ?? "call"} (0x{header.Procedure:x}) took {Environment.TickCount64 - started} ms");
        }
    }

    private static string? Complaint(in MessageHeader header)
    {
        if (header.Program != Wire.Protocol.Program)
        {
            return $"wrong program number 0x{header.Program:x}: this is not the protocol of a guestfs library";
        }

        if (header.Version != Wire.Protocol.Version)
        {
            return $"wrong protocol version {header.Version}, expected {Wire.Protocol.Version}";
        }

        if (header.Direction != MessageDirection.Call)
        {
            return $"wrong message direction {(uint)header.Direction}, expected a call";
        }

        return header.Status == MessageStatus.Ok ? null : $"wrong message status {(uint)header.Status} in a call";
    }

    // One bad call must never end the daemon, so this is the one place that takes any exception.
    private void Fail(Exception exception)
    {
        var (errno, message) = Describe(exception);
        if (Verbose)
        {
            ConsoleLine.Write($"error: {message}");
        }

        if (request.Action is { HasFileIn: true })
        {
            request.Chunks.CancelAndDrain();
        }

        if (request.Pieces.Started)
        {
            request.Pieces.Abort();
        }
        else if (!request.Replied)
        {
            request.ReplyError(errno, message);
        }
    }

    private static (string Errno, string Message) Describe(Exception exception) => exception switch
    {
        DaemonException e => (ErrnoNames.ForWire(e.ErrnoName), e.Message),
        PosixException e => (ErrnoNames.ForWire(e.ErrnoName), e.Message),
        ProtocolException e => ("EPROTO", $"the arguments cannot be decoded: {e.Message}"),
        TransferCancelledException => ("EINTR", "the transfer of the file was cancelled"),
        MessageTooLargeException => ("EMSGSIZE", "the result does not fit into a message of the protocol (4 MiB)"),
        OutOfMemoryException => ("ENOMEM", "the appliance has too little memory for this; give it more (LIBGUESTFS_MEMSIZE)"),
        ArgumentException e => ("EINVAL", e.Message),
        _ => ("EIO", $"internal error of the daemon: {exception.GetType().Name}: {exception.Message}"),
    };
}
