namespace VirtTools.Daemon.Devices;

/// <summary>Names of disks as the kernel makes them: a prefix, letters that count (a to z, aa to zz, ...), and a partition number.</summary>
/// <param name="Prefix">Such as <c>sd</c>, <c>vd</c>, <c>hd</c>.</param>
/// <param name="Index">0 for a, 25 for z, 26 for aa.</param>
/// <param name="Partition">Partition number as text, empty for the whole disk.</param>
internal readonly record struct DiskName(string Prefix, int Index, string Partition)
{
    private const int LongestLetters = 5;

    /// <summary>Reads a name such as <c>sdab12</c>.</summary>
    /// <returns>Null where it is no such name.</returns>
    public static DiskName? Parse(string name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var position = prefix.Length;
        var index = 0;
        while (position < name.Length && name[position] is >= 'a' and <= 'z' && position - prefix.Length < LongestLetters)
        {
            index = index * 26 + (name[position] - 'a' + 1);
            position++;
        }

        var partition = name[position..];
        if (position == prefix.Length || partition.AsSpan().ContainsAnyExceptInRange('0', '9') || partition.StartsWith('0'))
        {
            return null;
        }

        return new(prefix, index - 1, partition);
    }

    /// <summary>The letters of an index.</summary>
    public static string Letters(int index)
    {
        var letters = "";
        for (var rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        {
            letters = (char)('a' + (rest - 1) % 26) + letters;
        }

        return letters;
    }

    public override string ToString() => Prefix + Letters(Index) + Partition;
}
