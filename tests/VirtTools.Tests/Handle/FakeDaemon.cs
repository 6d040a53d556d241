using System.Buffers.Binary;
using System.Net.Sockets;
using VirtTools.BlockAccess;
using VirtTools.Connection;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

/// <summary>Plays the daemon at the other end of a socket pair; a test says what it answers to each call.</summary>
internal sealed class FakeDaemon : IDisposable
{
    private readonly Thread _thread;

    private FakeDaemon(Socket socket, Action<FakeDaemon, MessageHeader, byte[]> answer)
    {
        Socket = socket;
        _thread = new Thread(() => Serve(answer)) { IsBackground = true };
        _thread.Start();
    }

    public Socket Socket { get; }

    /// <summary>Calls answered so far.</summary>
    public int Calls { get; private set; }

    /// <param name="answer">Answers a call.</param>
    /// <param name="mailbox">The mailbox that both have agreed on.</param>
    /// <param name="exports">Plays QEMU's block layer; with it the daemon has extensions.</param>
    public static (Guestfs Handle, FakeDaemon Daemon) Start(
        Action<FakeDaemon, MessageHeader, byte[]> answer, Mailbox? mailbox = null, IDriveExports? exports = null)
    {
        var (ours, theirs) = Descriptors.CreateSocketPair();
        var daemon = new FakeDaemon(ToSocket(theirs), answer);
        return (Guestfs.OverSocket(ToSocket(ours), mailbox, exports), daemon);
    }

    public void Reply(MessageHeader call, Action<XdrWriter>? body = null) => Send(call, MessageStatus.Ok, body);

    public void ReplyError(MessageHeader call, string errno, string message) =>
        Send(call, MessageStatus.Error, w => new MessageError(errno, message).Write(w));

    public void SendProgress(MessageHeader call, ulong position, ulong total)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(Protocol.ProgressFlag);
        new ProgressMessage(call.Procedure, call.Serial, position, total).Write(writer);
        Socket.Send(writer.Written.Span);
    }

    public void SendChunk(ReadOnlySpan<byte> data, int cancel = 0)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0);
        writer.WriteInt32(cancel);
        writer.WriteBytes(data);
        writer.PatchUInt32(0, (uint)writer.Length - 4);
        Socket.Send(writer.Written.Span);
    }

    public void SendSlot(uint slot, uint length)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(SlotChunk.FrameSize - 4);
        writer.WriteInt32((int)ChunkKind.Slot);
        writer.WriteUInt32(slot);
        writer.WriteUInt32(length);
        Socket.Send(writer.Written.Span);
    }

    public void GiveBack(uint slot)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(Protocol.SlotFlag);
        writer.WriteUInt32(slot);
        Socket.Send(writer.Written.Span);
    }

    public void SendRaw(ReadOnlySpan<byte> bytes) => Socket.Send(bytes);

    public byte[] Receive(int length)
    {
        var content = new byte[length];
        return Fill(content) ? content : [];
    }

    /// <summary>The next framed message; null at a cancel flag or the end.</summary>
    public byte[]? ReceiveMessage()
    {
        var word = new byte[4];
        if (!Fill(word))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(word);
        if (length == Protocol.CancelFlag)
        {
            return null;
        }

        var content = new byte[length];
        return Fill(content) ? content : null;
    }

    public void Dispose()
    {
        Socket.Dispose();
        _thread.Join();
    }

    private static Socket ToSocket(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        var number = handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        return new Socket(new SafeSocketHandle(number, ownsHandle: true));
    }

    private void Serve(Action<FakeDaemon, MessageHeader, byte[]> answer)
    {
        try
        {
            while (ReceiveMessage() is { } message)
            {
                var reader = new XdrReader(message);
                var header = MessageHeader.Read(ref reader);
                Calls++;
                answer(this, header, message[Protocol.HeaderSize..]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has closed the handle.
        }
    }

    private bool Fill(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var count = Socket.Receive(target);
            if (count == 0)
            {
                return false;
            }

            target = target[count..];
        }

        return true;
    }

    private void Send(MessageHeader call, MessageStatus status, Action<XdrWriter>? body)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0);
        MessageHeader.ForReply(call.Procedure, call.Serial, status).Write(writer);
        body?.Invoke(writer);
        writer.PatchUInt32(0, (uint)writer.Length - 4);
        Socket.Send(writer.Written.Span);
    }
}
