using System.Text;

namespace VirtTools.Images;

/// <summary>An image that is refused, or a file about it that cannot be opened or made. The message is one sentence for the user.</summary>
internal sealed class ImageException(string errnoName, string message) : Exception(message)
{
    private const int QuotedMaximum = 200;

    /// <summary>The symbolic error name, such as <c>ENOENT</c>.</summary>
    public string ErrnoName { get; } = errnoName;

    /// <summary>The sentence for who must write the image; null where the message says nothing of reading it only.</summary>
    public string? ForWriting { get; private init; }

    /// <summary>Of an image that cannot be written, but read.</summary>
    /// <param name="errnoName">The symbolic error name.</param>
    /// <param name="reason">What is wrong, on what.</param>
    /// <param name="advice">What to do, besides reading it only.</param>
    public static ImageException NotWritable(string errnoName, string reason, string advice) =>
        new(errnoName, $"{reason}; add it read-only, or {advice}") { ForWriting = $"{reason}; {advice}" };

    /// <summary>A name out of an image header, for a message: quoted, control characters escaped, cut where it is long. The header is hostile.</summary>
    public static string Quote(string name)
    {
        var text = new StringBuilder("\"");
        foreach (var character in name.AsSpan(0, Math.Min(name.Length, QuotedMaximum)))
        {
            _ = character switch
            {
                '"' or '\\' => text.Append('\\').Append(character),
                >= '\uDC80' and <= '\uDCFF' => text.Append($"\\x{character - '\uDC00':x2}"),
                _ when char.IsControl(character) => text.Append($"\\x{(int)character:x2}"),
                _ => text.Append(character),
            };
        }

        return text.Append(name.Length > QuotedMaximum ? "...\"" : "\"").ToString();
    }
}
