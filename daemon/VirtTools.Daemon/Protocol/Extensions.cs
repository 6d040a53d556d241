using VirtTools.Daemon.Bulk;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>Calls that the original does not have. Its daemon answers them with an error, and the library then does without.</summary>
/// <param name="mailbox">The mailbox; null where the library has attached none.</param>
/// <param name="calls">All but the hello.</param>
internal sealed class Extensions(Mailbox? mailbox, params IReadOnlyList<IExtensionCall> calls)
{
    /// <summary>Says hello: what each side can do beyond the original's protocol.</summary>
    public const uint Hello = Wire.Protocol.FirstExtension;

    /// <summary>Version of the extensions that this daemon knows.</summary>
    public const uint Version = 2;

    /// <summary>The first version with a mailbox.</summary>
    public const uint MailboxVersion = 2;

    /// <summary>Carries out one call.</summary>
    /// <exception cref="Dispatch.DaemonException">Not known here.</exception>
    /// <exception cref="ProtocolException">The arguments are malformed.</exception>
    public void Serve(in MessageHeader header, ActionRequest request)
    {
        foreach (var call in calls)
        {
            if (call.Procedure == header.Procedure)
            {
                call.Serve(request);
                return;
            }
        }

        if (header.Procedure != Hello)
        {
            throw new Dispatch.DaemonException("ENOSYS", $"unknown extension 0x{header.Procedure:x}");
        }

        var reader = request.Arguments;
        var version = reader.ReadUInt32();
        var wanted = reader.ReadUInt32();
        reader.End();
        var chunk = (int)Math.Clamp(wanted, Wire.Protocol.ChunkMax, Wire.Protocol.LargeChunkMax) & ~3;
        var writer = request.BeginReply();
        writer.WriteUInt32(Math.Min(version, Version));
        writer.WriteUInt32((uint)chunk);
        writer.WriteString(BuildId.Text);
        var agreed = version >= MailboxVersion ? mailbox : null;
        if (version >= MailboxVersion)
        {
            writer.WriteInt32(agreed?.Layout.SlotCount ?? 0);
            writer.WriteInt32(agreed?.Layout.SlotSize ?? 0);
        }

        request.EndReply();
        request.Chunks.LargestPiece = chunk;
        request.Chunks.Mailbox = agreed;
        request.Pieces.LargestPiece = chunk;
        request.Pieces.Mailbox = agreed;
    }
}
