namespace VirtTools.Wire;

/// <summary>The letters that count drives in device names: a to z, aa to zz and so on (manual, BLOCK DEVICE NAMING).</summary>
internal static class DriveLetters
{
    private const int Count = 26;
    private const int Longest = 5;

    /// <summary>0 → <c>a</c>, 25 → <c>z</c>, 26 → <c>aa</c>.</summary>
    public static string Of(int index)
    {
        var letters = "";
        for (var rest = index; rest >= 0; rest = (rest / Count) - 1)
        {
            letters = (char)('a' + (rest % Count)) + letters;
        }

        return letters;
    }

    /// <summary>The number that letters stand for; null where it is none, or larger than any drive's.</summary>
    public static int? Parse(ReadOnlySpan<char> letters)
    {
        if (letters.Length is 0 or > Longest || letters.ContainsAnyExceptInRange('a', 'z'))
        {
            return null;
        }

        var index = 0;
        foreach (var letter in letters)
        {
            index = (index * Count) + (letter - 'a') + 1;
        }

        return index - 1;
    }
}
