using System.Globalization;

namespace VirtTools.Commands.Plan;

/// <summary>Names of partitions of the input on the command line.</summary>
internal static class PartitionName
{
    private static readonly string[] s_drives = ["sda", "vda", "hda", "xvda"];

    /// <summary>The number of <c>/dev/sda2</c>, which may also be called <c>sda2</c>, <c>/dev/vda2</c>, <c>/dev/hda2</c>.</summary>
    /// <returns>Null for what is no partition of the only input drive.</returns>
    public static int? NumberOf(string name)
    {
        var plain = name.StartsWith("/dev/", StringComparison.Ordinal) ? name["/dev/".Length..] : name;
        return s_drives.FirstOrDefault(drive => plain.StartsWith(drive, StringComparison.Ordinal)) is { } prefix
            && int.TryParse(plain.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
    }
}
