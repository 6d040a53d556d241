using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using VirtTools.BlockAccess;
using VirtTools.Posix;

namespace VirtTools.Tests.BlockAccess;

/// <summary>
/// Plays QEMU's block export at the other end of a socket pair, over a disk in memory. A test may take over single answers and answer wrongly.
/// </summary>
internal sealed class ScriptedNbdServer : IDisposable
{
    public const ulong Size = 8 * 1024 * 1024;
    public const int BlockSize = 64 * 1024;

    private readonly Thread _thread;
    private readonly Socket _socket;

    private ScriptedNbdServer(Socket socket)
    {
        _socket = socket;
        _thread = new Thread(Serve) { IsBackground = true };
    }

    /// <summary>What the disk holds.</summary>
    public byte[] Disk { get; } = new byte[Size];

    /// <summary>The size that is told; the disk's unless the test says otherwise.</summary>
    public ulong ToldSize { get; init; } = Size;

    /// <summary>Answers a request instead of the server; false leaves it to the server.</summary>
    public Func<ScriptedNbdServer, Request, bool>? Answer { get; init; }

    /// <summary>The requests so far, in the order of their arrival.</summary>
    public List<Request> Requests { get; } = [];

    /// <summary>Whether the client said that it goes.</summary>
    public bool TookLeave { get; private set; }

    /// <summary>A started server, and the client's end.</summary>
    public static (ScriptedNbdServer Server, Socket Client) Start(Func<ScriptedNbdServer, Request, bool>? answer = null, ulong toldSize = Size)
    {
        var (ours, theirs) = Descriptors.CreateSocketPair();
        var server = new ScriptedNbdServer(ToSocket(theirs)) { Answer = answer, ToldSize = toldSize };
        server._thread.Start();
        return (server, ToSocket(ours));
    }

    public static Socket ToSocket(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        var number = handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        return new Socket(new SafeSocketHandle(number, ownsHandle: true));
    }

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>Sends a chunk of a structured reply.</summary>
    public void SendChunk(ulong handle, NbdChunk kind, ReadOnlySpan<byte> content, bool isLast = true) => SendChunk(handle, (ushort)kind, (uint)content.Length, content, isLast);

    /// <summary>Sends a chunk whose length may be a lie.</summary>
    public void SendChunk(ulong handle, ushort kind, uint length, ReadOnlySpan<byte> content, bool isLast)
    {
        var header = new byte[NbdProtocol.StructuredReplySize];
        BinaryPrimitives.WriteUInt32BigEndian(header, NbdProtocol.StructuredReplyMagic);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), isLast ? NbdProtocol.ChunkDone : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), kind);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(8), handle);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16), length);
        Send([.. header, .. content]);
    }

    public void SendSimple(ulong handle, uint error)
    {
        var reply = new byte[NbdProtocol.SimpleReplySize];
        BinaryPrimitives.WriteUInt32BigEndian(reply, NbdProtocol.SimpleReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(4), error);
        BinaryPrimitives.WriteUInt64BigEndian(reply.AsSpan(8), handle);
        Send(reply);
    }

    /// <summary>Answers a request as it should be.</summary>
    public void AnswerWell(Request request)
    {
        var stretch = Disk.AsSpan((int)request.Offset, request.Command == NbdCommand.Flush ? 0 : (int)request.Length);
        switch (request.Command)
        {
            case NbdCommand.Read:
                SendChunk(request.Handle, NbdChunk.OffsetData, [.. Number(request.Offset), .. stretch]);
                break;
            case NbdCommand.BlockStatus:
                SendChunk(request.Handle, NbdChunk.BlockStatus, [0, 0, 0, 7, .. Extents(stretch)]);
                break;
            case NbdCommand.Write:
                request.Content.CopyTo(stretch);
                SendSimple(request.Handle, 0);
                break;
            case NbdCommand.WriteZeroes:
                stretch.Clear();
                SendSimple(request.Handle, 0);
                break;
            default:
                SendSimple(request.Handle, 0);
                break;
        }
    }

    /// <summary>Waits until the client is gone.</summary>
    public void AwaitEnd() => _thread.Join();

    /// <summary>Hangs up.</summary>
    public void Close() => _socket.Dispose();

    public void Dispose()
    {
        Close();
        _thread.Join();
    }

    public static byte[] Number(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Extents(ReadOnlySpan<byte> stretch)
    {
        // As QEMU does, neighbours of the same kind are one extent.
        var extents = new List<(uint Length, uint Flags)>();
        for (var offset = 0; offset < stretch.Length; offset += BlockSize)
        {
            var block = stretch.Slice(offset, Math.Min(BlockSize, stretch.Length - offset));
            var flags = block.ContainsAnyExcept((byte)0) ? 0u : 3u;
            if (extents is [.., var last] && last.Flags == flags)
            {
                extents[^1] = last with { Length = last.Length + (uint)block.Length };
            }
            else
            {
                extents.Add(((uint)block.Length, flags));
            }
        }

        var bytes = new byte[extents.Count * 8];
        for (var i = 0; i < extents.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 8), extents[i].Length);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan((i * 8) + 4), extents[i].Flags);
        }

        return bytes;
    }

    private void Serve()
    {
        try
        {
            ShakeHands();
            while (Receive(NbdProtocol.RequestSize) is { } header)
            {
                var command = (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(6));
                var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24));
                var request = new Request(
                    command,
                    BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(8)),
                    BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)),
                    length,
                    command == NbdCommand.Write ? Receive((int)length) ?? [] : []);
                if (command == NbdCommand.Disconnect)
                {
                    TookLeave = true;
                    return;
                }

                Requests.Add(request);
                if (Answer?.Invoke(this, request) != true)
                {
                    AnswerWell(request);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has hung up.
        }
    }

    private void ShakeHands()
    {
        Send([.. Encoding.ASCII.GetBytes("NBDMAGICIHAVEOPT"), 0, 3]);
        Receive(4);
        while (Receive(16) is { } header)
        {
            var option = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
            if (length > 0)
            {
                Receive(length);
            }

            switch ((NbdOption)option)
            {
                case NbdOption.SetMetaContext:
                    Reply(option, NbdOptionReply.MetaContext, [0, 0, 0, 7, .. Encoding.ASCII.GetBytes(NbdProtocol.AllocationContext)]);
                    break;
                case NbdOption.Go:
                    Reply(option, NbdOptionReply.Information, [0, 0, .. Number(ToldSize), 0, 0xCD]);
                    Reply(option, NbdOptionReply.Acknowledge, []);
                    return;
            }

            Reply(option, NbdOptionReply.Acknowledge, []);
        }
    }

    private void Reply(uint option, NbdOptionReply kind, byte[] content)
    {
        var header = new byte[20];
        BinaryPrimitives.WriteUInt64BigEndian(header, NbdProtocol.OptionReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), (uint)kind);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16), (uint)content.Length);
        Send([.. header, .. content]);
    }

    private byte[]? Receive(int length)
    {
        var bytes = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var count = _socket.Receive(bytes.AsSpan(filled));
            if (count == 0)
            {
                return null;
            }

            filled += count;
        }

        return bytes;
    }

    /// <summary>A request as it came.</summary>
    internal sealed record Request(NbdCommand Command, ulong Handle, ulong Offset, uint Length, byte[] Content);
}
