namespace VirtTools.Daemon.Inspection;

/// <summary>Version of an operating system; 0 where a number is missing.</summary>
internal readonly record struct GuestVersion(int Major, int Minor)
{
    private const int MostDigits = 9;

    /// <summary>The first number in a text, and the one behind a dot that follows it.</summary>
    /// <returns>Null where there is no number.</returns>
    public static GuestVersion? Find(string text)
    {
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
        {
            return null;
        }

        var major = Number(text.AsSpan(start), out var length);
        var rest = text.AsSpan(start + length);
        return rest is ['.', >= '0' and <= '9', ..] ? new(major, Number(rest[1..], out _)) : new(major, 0);
    }

    /// <summary>The same; where there is no second number, that of an update which the text names, as in <c>release 4 (Nahant Update 8)</c>.</summary>
    public static GuestVersion? FindWithUpdate(string text)
    {
        const string Update = "Update ";
        var found = Find(text);
        var update = text.IndexOf(Update, StringComparison.Ordinal);
        return found is { Minor: 0 } version && update > 0 && Find(text[(update + Update.Length)..]) is { } minor
            ? version with { Minor = minor.Major }
            : found;
    }

    // Hostile digits never overflow: beyond nine they say nothing.
    private static int Number(ReadOnlySpan<char> text, out int length)
    {
        length = text.IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? text.Length : length;
        return length <= MostDigits ? int.Parse(text[..length]) : 0;
    }
}
