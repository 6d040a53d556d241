using VirtTools.Wire;

namespace VirtTools.Inspection;

/// <summary>The call by which our daemon hands out the icon of a Windows (docs/protocol.md, Extensions).</summary>
internal static class WindowsIconReply
{
    public const uint Procedure = Protocol.FirstExtension + 5;

    /// <summary>Arguments: the root.</summary>
    public static XdrWriter Request(string root)
    {
        var writer = new XdrWriter();
        writer.WriteString(root);
        return writer;
    }

    /// <summary>The daemon's answer; empty where there is no icon.</summary>
    /// <exception cref="ProtocolException">It is none, or no PNG image.</exception>
    public static byte[] Parse(ReadOnlySpan<byte> body)
    {
        var reader = new XdrReader(body);
        var icon = reader.ReadSpan();
        reader.End();
        return icon.Length == 0 || IconPlaces.IsIcon(icon)
            ? icon.ToArray()
            : throw new ProtocolException("the daemon sent an icon that is no PNG image, or too large");
    }
}
