using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>The first call after launch when both ends may be ours: agrees on what the original does not have.</summary>
internal static class ExtensionHello
{
    public const uint Procedure = Protocol.FirstExtension;

    private const uint Version = 1;

    /// <summary>Arguments: our version of the extensions, the chunk size that we would like.</summary>
    public static XdrWriter Request()
    {
        var writer = new XdrWriter();
        writer.WriteUInt32(Version);
        writer.WriteUInt32(Protocol.LargeChunkMax);
        return writer;
    }

    /// <summary>The daemon's answer; a chunk size that makes no sense is a broken daemon.</summary>
    /// <exception cref="ProtocolException">The reply is not one.</exception>
    public static (int ChunkSize, string BuildId) ParseReply(ReadOnlySpan<byte> body)
    {
        var reader = new XdrReader(body);
        reader.ReadUInt32();
        var chunkSize = reader.ReadUInt32();
        var buildId = reader.ReadString(256);
        reader.End();
        return chunkSize is >= Protocol.ChunkMax and <= Protocol.LargeChunkMax
            ? ((int)chunkSize, buildId)
            : throw new ProtocolException($"the daemon wants chunks of {chunkSize} bytes");
    }
}
