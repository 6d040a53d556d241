namespace VirtTools.Handle;

/// <summary>Names of drives by their number: sda to sdz, sdaa to sdzz and so on (manual, BLOCK DEVICE NAMING).</summary>
internal static class DriveNames
{
    private const int Letters = 26;

    /// <summary>0 → <c>a</c>, 25 → <c>z</c>, 26 → <c>aa</c>.</summary>
    public static string Suffix(int index)
    {
        var suffix = "";
        for (var rest = index; rest >= 0; rest = (rest / Letters) - 1)
        {
            suffix = (char)('a' + (rest % Letters)) + suffix;
        }

        return suffix;
    }

    /// <summary>The number of a suffix; null where it is none.</summary>
    public static int? Index(ReadOnlySpan<char> suffix)
    {
        if (suffix.Length is 0 or > 3 || suffix.ContainsAnyExceptInRange('a', 'z'))
        {
            return null;
        }

        var index = 0;
        foreach (var letter in suffix)
        {
            index = (index * Letters) + (letter - 'a') + 1;
        }

        return index - 1;
    }
}
