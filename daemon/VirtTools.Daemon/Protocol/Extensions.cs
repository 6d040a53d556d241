using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>Calls that the original does not have. Its daemon answers them with an error, and the library then does without.</summary>
internal sealed class Extensions(DriveAccessCall driveAccess)
{
    /// <summary>Says hello: what each side can do beyond the original's protocol.</summary>
    public const uint Hello = Wire.Protocol.FirstExtension;

    /// <summary>Version of the extensions that this daemon knows.</summary>
    public const uint Version = 1;

    /// <summary>Carries out one call.</summary>
    /// <exception cref="Dispatch.DaemonException">Not known here.</exception>
    /// <exception cref="ProtocolException">The arguments are malformed.</exception>
    public void Serve(in MessageHeader header, ActionRequest request)
    {
        if (header.Procedure == DriveAccessCall.Procedure)
        {
            driveAccess.Serve(request);
            return;
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
        request.EndReply();
        request.Chunks.LargestPiece = chunk;
        request.Pieces.LargestPiece = chunk;
    }
}
