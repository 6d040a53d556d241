using VirtTools.Wire;

namespace VirtTools.Daemon.Devices;

/// <summary>Names of disks as the kernel makes them: a prefix, letters that count (a to z, aa to zz, ...), and a partition number.</summary>
/// <param name="Prefix">Such as <c>sd</c>, <c>vd</c>, <c>hd</c>.</param>
/// <param name="Index">0 for a, 25 for z, 26 for aa.</param>
/// <param name="Partition">Partition number as text, empty for the whole disk.</param>
internal readonly record struct DiskName(string Prefix, int Index, string Partition)
{
    /// <summary>Reads a name such as <c>sdab12</c>.</summary>
    /// <returns>Null where it is no such name.</returns>
    public static DiskName? Parse(string name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = name.AsSpan(prefix.Length);
        var count = rest.IndexOfAnyExceptInRange('a', 'z');
        var letters = count < 0 ? rest : rest[..count];
        var partition = rest[letters.Length..];
        if (DriveLetters.Parse(letters) is not { } index || partition.ContainsAnyExceptInRange('0', '9') || partition.StartsWith('0'))
        {
            return null;
        }

        return new(prefix, index, partition.ToString());
    }

    /// <summary>The letters of an index.</summary>
    public static string Letters(int index) => DriveLetters.Of(index);

    public override string ToString() => Prefix + Letters(Index) + Partition;
}
