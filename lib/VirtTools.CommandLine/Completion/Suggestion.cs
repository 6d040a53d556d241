namespace VirtTools.CommandLine.Completion;

/// <summary>What a shell may offer in a place of the command line.</summary>
internal enum SuggestionKind
{
    Nothing,
    Words,

    /// <summary>Files of the host; the shell knows how to list them.</summary>
    Files,

    /// <summary>Names of libvirt guests.</summary>
    GuestNames,

    /// <summary>Files inside the guest that the command line names.</summary>
    GuestPaths,
}

/// <summary>What may stand in a place of the command line.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Words">The words, where they are fixed.</param>
internal sealed record Suggestion(SuggestionKind Kind, IReadOnlyList<string> Words)
{
    public static Suggestion Nothing { get; } = new(SuggestionKind.Nothing, []);

    public static Suggestion Files { get; } = new(SuggestionKind.Files, []);

    public static Suggestion GuestNames { get; } = new(SuggestionKind.GuestNames, []);

    public static Suggestion GuestPaths { get; } = new(SuggestionKind.GuestPaths, []);

    /// <summary>Formats that <c>--format</c> takes.</summary>
    public static Suggestion ImageFormats { get; } = OneOf("raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vhdx", "vpc", "parallels", "bochs", "cloop", "dmg");

    public static Suggestion OneOf(params string[] words) => new(SuggestionKind.Words, words);
}
