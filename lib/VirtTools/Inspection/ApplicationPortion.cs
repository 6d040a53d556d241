using VirtTools.Wire;

namespace VirtTools.Inspection;

/// <summary>One portion of the applications of a guest, as our daemon sends them (docs/protocol.md, Extensions).</summary>
/// <param name="Total">How many there are in all.</param>
/// <param name="Applications">Those that follow what was fetched before.</param>
internal sealed record ApplicationPortion(int Total, Application2[] Applications)
{
    public const uint Procedure = Protocol.FirstExtension + 3;

    /// <summary>Beyond that a daemon does not list but lies.</summary>
    private const uint MostApplications = 100_000;

    /// <summary>Arguments: the root, how many are here already.</summary>
    public static XdrWriter Request(string root, int first)
    {
        var writer = new XdrWriter();
        writer.WriteString(root);
        writer.WriteUInt32((uint)first);
        return writer;
    }

    /// <summary>The daemon's answer.</summary>
    /// <param name="before">How many are here already.</param>
    /// <exception cref="ProtocolException">It is none, or would never come to an end.</exception>
    public static ApplicationPortion Parse(ReadOnlySpan<byte> body, int before)
    {
        var reader = new XdrReader(body);
        var total = reader.ReadUInt32();
        var applications = StructCodecs.ReadApplication2List(ref reader);
        reader.End();
        if (total > MostApplications || applications.Length > total - before || (applications.Length == 0 && before < total))
        {
            throw new ProtocolException($"the daemon sent {applications.Length} applications after {before} of {total}");
        }

        return new((int)total, applications);
    }
}
