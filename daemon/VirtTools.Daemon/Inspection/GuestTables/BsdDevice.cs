using System.Text.RegularExpressions;

namespace VirtTools.Daemon.Inspection.GuestTables;

/// <summary>
/// Names that the BSDs have for disks. Within a partition of an MBR they divide the disk once more, into parts with letters. Linux numbers
/// those from 5 on, leaving out the letters that stand for more than a part: <c>c</c>, and in NetBSD <c>d</c> too.
/// </summary>
internal static partial class BsdDevice
{
    private const int FirstNumber = 5;

    /// <summary>The device; null for a name that is none of these.</summary>
    public static string? Resolve(string source, GuestDevices devices)
    {
        if (Labelled().Match(source) is { Success: true } label)
        {
            var value = label.Groups[2].Value;
            return label.Groups[1].Value switch
            {
                "gpt" => devices.WithPartitionLabel(value),
                "gptid" => devices.WithPartitionUuid(value),
                "ufsid" => devices.WithUuid(value),
                _ => devices.WithLabel(value),
            };
        }

        if (Numbered().Match(source) is { Success: true } numbered)
        {
            return devices.OnDisk(Number(numbered.Groups[1]), numbered.Groups[2].Value);
        }

        if (Sliced().Match(source) is { Success: true } sliced)
        {
            return sliced.Groups[3].Value is { Length: > 0 } letter
                ? devices.OnDisk(Number(sliced.Groups[1]), NumberOf(letter[0], 'c', 'c'))
                : devices.OnDisk(Number(sliced.Groups[1]), sliced.Groups[2].Value);
        }

        return Lettered().Match(source) is { Success: true } lettered
            ? devices.OnDisk(Number(lettered.Groups[1]), NumberOf(lettered.Groups[2].Value[0], 'c', 'd'))
            : null;
    }

    private static int Number(Group digits) => int.Parse(digits.Value, System.Globalization.CultureInfo.InvariantCulture);

    private static string NumberOf(char letter, char firstLeftOut, char lastLeftOut)
    {
        var number = FirstNumber + (letter - 'a');
        return $"{(letter > lastLeftOut ? number - (lastLeftOut - firstLeftOut + 1) : number)}";
    }

    // FreeBSD, geom(4): what a label, a GPT or a file system calls it.
    [GeneratedRegex("^/dev/(gptid|gpt|ufsid|ufs|msdosfs|ext2fs|label)/([^/]{1,64})$", RegexOptions.CultureInvariant)]
    private static partial Regex Labelled();

    // FreeBSD with a GPT.
    [GeneratedRegex("^/dev/(?:ada|ad|da|vtbd|nda|nvd)([0-9]{1,2})p([0-9]{1,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    // FreeBSD with an MBR.
    [GeneratedRegex("^/dev/(?:ada|ad|da|vtbd|nda|nvd)([0-9]{1,2})s([1-9][0-9]?)([a-h]?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Sliced();

    // NetBSD and OpenBSD.
    [GeneratedRegex("^/dev/(?:wd|ld|sd|dk|rwd)([0-9]{1,2})([a-p])$", RegexOptions.CultureInvariant)]
    private static partial Regex Lettered();
}
