using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>The first call after launch when both ends may be ours: agrees on what the original does not have.</summary>
internal static class ExtensionHello
{
    public const uint Procedure = Protocol.FirstExtension;

    private const uint Version = 2;
    private const uint MailboxVersion = 2;

    /// <summary>Arguments: our version of the extensions, the chunk size that we would like.</summary>
    public static XdrWriter Request()
    {
        var writer = new XdrWriter();
        writer.WriteUInt32(Version);
        writer.WriteUInt32(Protocol.LargeChunkMax);
        return writer;
    }

    /// <summary>The daemon's answer; sizes that make no sense are a broken daemon.</summary>
    /// <exception cref="ProtocolException">The reply is not one.</exception>
    public static ExtensionAnswer ParseReply(ReadOnlySpan<byte> body)
    {
        var reader = new XdrReader(body);
        var version = reader.ReadUInt32();
        var chunkSize = reader.ReadUInt32();
        var buildId = reader.ReadString(256);
        MailboxLayout? mailbox = version >= MailboxVersion ? ReadMailbox(ref reader) : null;
        reader.End();
        return chunkSize is >= Protocol.ChunkMax and <= Protocol.LargeChunkMax
            ? new((int)chunkSize, buildId, mailbox)
            : throw new ProtocolException($"the daemon wants chunks of {chunkSize} bytes");
    }

    private static MailboxLayout? ReadMailbox(ref XdrReader reader)
    {
        var layout = new MailboxLayout(reader.ReadInt32(), reader.ReadInt32());
        return layout == default ? null
            : layout.Fits ? layout
            : throw new ProtocolException($"the daemon wants {layout.SlotCount} slots of {layout.SlotSize} bytes, which the mailbox has no room for");
    }
}

/// <summary>What the daemon has agreed to.</summary>
/// <param name="ChunkSize">The largest piece of a file in one chunk.</param>
/// <param name="BuildId">Which build of the daemon it is.</param>
/// <param name="Mailbox">How the mailbox is divided; null for no mailbox.</param>
internal sealed record ExtensionAnswer(int ChunkSize, string BuildId, MailboxLayout? Mailbox);
