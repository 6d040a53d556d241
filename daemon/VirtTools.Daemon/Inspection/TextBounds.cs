namespace VirtTools.Daemon.Inspection;

/// <summary>Cuts texts of a guest to a length.</summary>
internal static class TextBounds
{
    /// <summary>At most so many characters. A pair of surrogates is not torn apart: half of one is no text that can be sent.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];
}
