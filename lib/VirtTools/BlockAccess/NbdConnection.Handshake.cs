using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.BlockAccess;

/// <summary>The handshake: structured replies, the context that tells of zeros, then the export itself.</summary>
internal sealed partial class NbdConnection
{
    private const ushort ExportInformation = 0; // NBD_INFO_EXPORT
    private const int ExportInformationSize = 12;
    private const int OptionHeaderSize = 16;
    private const int OptionReplyHeaderSize = 20;

    // A server has no reason to send more replies to one option.
    private const int MostReplies = 16;

    /// <summary>Agrees with the server on everything that comes before the first request.</summary>
    /// <param name="socket">Connected; belongs to the result, and is closed if there is none.</param>
    /// <param name="export">Name of the export.</param>
    /// <exception cref="NbdClosedException">The server hung up.</exception>
    /// <exception cref="ProtocolException">The server does not speak the protocol, has no such export, or lacks what is needed.</exception>
    [SyncTwin]
    public static async ValueTask<NbdConnection> OpenAsync(Socket socket, string export, CancellationToken cancellationToken)
    {
        var connection = new NbdConnection(socket);
        try
        {
            await connection.ShakeHandsAsync(Encoding.ASCII.GetBytes(export), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    [SyncTwin]
    private async ValueTask ShakeHandsAsync(byte[] export, CancellationToken cancellationToken)
    {
        await FillAsync(_in.AsMemory(0, 18), cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt64BigEndian(_in) != NbdProtocol.InitialMagic
            || BinaryPrimitives.ReadUInt64BigEndian(_in.AsSpan(8)) != NbdProtocol.OptionMagic
            || (BinaryPrimitives.ReadUInt16BigEndian(_in.AsSpan(16)) & NbdProtocol.FixedNewstyle) == 0)
        {
            throw new ProtocolException("QEMU's block export does not speak NBD's newstyle");
        }

        var flags = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(flags, NbdProtocol.ClientFixedNewstyle);
        await SendAllAsync(flags, cancellationToken).ConfigureAwait(false);
        await NegotiateAsync(NbdOption.StructuredReply, [], cancellationToken).ConfigureAwait(false);
        await NegotiateAsync(NbdOption.SetMetaContext, ContextQuery(export), cancellationToken).ConfigureAwait(false);
        Size = -1;
        await NegotiateAsync(NbdOption.Go, [.. Counted(export), 0, 0], cancellationToken).ConfigureAwait(false);
        if (Size < 0)
        {
            throw new ProtocolException("QEMU's block export does not tell its size");
        }
    }

    /// <summary>Sends one option and takes the replies up to the one that ends them.</summary>
    [SyncTwin]
    private async ValueTask NegotiateAsync(NbdOption option, byte[] content, CancellationToken cancellationToken)
    {
        var message = new byte[OptionHeaderSize + content.Length];
        BinaryPrimitives.WriteUInt64BigEndian(message, NbdProtocol.OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), (uint)option);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), (uint)content.Length);
        content.CopyTo(message, OptionHeaderSize);
        await SendAllAsync(message, cancellationToken).ConfigureAwait(false);
        for (var replies = 0; replies < MostReplies; replies++)
        {
            await FillAsync(_in.AsMemory(0, OptionReplyHeaderSize), cancellationToken).ConfigureAwait(false);
            var reply = BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(12));
            var length = BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(16));
            if (BinaryPrimitives.ReadUInt64BigEndian(_in) != NbdProtocol.OptionReplyMagic
                || BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(8)) != (uint)option
                || length > (uint)_in.Length
                || (reply & NbdProtocol.OptionReplyError) != 0)
            {
                throw new ProtocolException($"QEMU's block export refuses the option {option}");
            }

            await FillAsync(_in.AsMemory(0, (int)length), cancellationToken).ConfigureAwait(false);
            if (reply == (uint)NbdOptionReply.Acknowledge)
            {
                return;
            }

            Take((NbdOptionReply)reply, _in.AsSpan(0, (int)length));
        }

        throw new ProtocolException($"QEMU's block export does not come to an end with the option {option}");
    }

    private void Take(NbdOptionReply reply, ReadOnlySpan<byte> content)
    {
        if (reply == NbdOptionReply.MetaContext && content.Length >= 4
            && content[4..].SequenceEqual(Encoding.ASCII.GetBytes(NbdProtocol.AllocationContext)))
        {
            _allocationContext = BinaryPrimitives.ReadUInt32BigEndian(content);
        }

        if (reply == NbdOptionReply.Information && content.Length == ExportInformationSize
            && BinaryPrimitives.ReadUInt16BigEndian(content) == ExportInformation)
        {
            var size = BinaryPrimitives.ReadUInt64BigEndian(content[2..]);
            Size = size <= long.MaxValue ? (long)size : throw new ProtocolException($"QEMU's block export claims {size} bytes");
            Flags = (NbdExportFlags)BinaryPrimitives.ReadUInt16BigEndian(content[10..]);
        }
    }

    private static byte[] ContextQuery(byte[] export) =>
        [.. Counted(export), 0, 0, 0, 1, .. Counted(Encoding.ASCII.GetBytes(NbdProtocol.AllocationContext))];

    private static byte[] Counted(byte[] text)
    {
        var counted = new byte[4 + text.Length];
        BinaryPrimitives.WriteUInt32BigEndian(counted, (uint)text.Length);
        text.CopyTo(counted, 4);
        return counted;
    }
}
