using VirtTools.Wire;

namespace VirtTools.Inspection;

/// <summary>Why there is no operating system on a device.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Type">What it is taken for.</param>
/// <param name="Code">The reason in one word (docs/protocol.md); a newer daemon may know others.</param>
/// <param name="Detail">What else there is to say; may be empty.</param>
internal sealed record FileSystemReason(string Device, string Type, string Code, string Detail)
{
    public const uint Procedure = Protocol.FirstExtension + 4;

    private const int MostReasons = 10_000;
    private const int LongestName = 4096;
    private const int LongestDetail = 16 * 1024;
    private const int LeastSize = 16; // four empty strings

    /// <summary>The daemon's answer.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static FileSystemReason[] Parse(ReadOnlySpan<byte> body)
    {
        var reader = new XdrReader(body);
        var reasons = new FileSystemReason[reader.ReadCount(LeastSize)];
        if (reasons.Length > MostReasons)
        {
            throw new ProtocolException($"the daemon gave {reasons.Length} reasons");
        }

        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = new(reader.ReadString(LongestName), reader.ReadString(LongestName), reader.ReadString(LongestName), reader.ReadString(LongestDetail));
        }

        reader.End();
        return reasons;
    }
}
