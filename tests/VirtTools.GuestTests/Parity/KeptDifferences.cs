using System.Globalization;
using System.Text.RegularExpressions;
using VirtTools.Fixtures.Parity;

namespace VirtTools.GuestTests.Parity;

/// <summary>The differences that docs/parity.md explains, taken out of both outputs.</summary>
internal static partial class KeptDifferences
{
    private const int MinorsPerDisk = 16;

    /// <summary>The part of an output, the original's or ours, in which the two must agree.</summary>
    public static string Comparable(ParityCase parity, string output)
    {
        var comparable = parity.Arguments.Contains("--extra-stats") ? WithDisksInOrderOfAppearance(output) : output;
        if (parity.Program == "virt-resize")
        {
            return TimeOfMessage().Replace(ProgressLine().Replace(TimeOfStep().Replace(output, "[time]"), ""), "\"time\"");
        }

        comparable = StubOfSubvolume().Replace(comparable, line => Time().Replace(line.Value, "now"));
        return DiskOfSubvolume().Replace(comparable, "btrfsvol:/dev/sda");
    }

    /// <summary>
    /// The original's kernel gives out the numbers of SCSI disks as they answer, another one at each launch. What must agree
    /// is which files lie on the same disk, and on which partition of it.
    /// </summary>
    private static string WithDisksInOrderOfAppearance(string output)
    {
        var disks = new List<int>();
        return ScsiDevice().Replace(output, match =>
        {
            var minor = int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture);
            var disk = minor / MinorsPerDisk;
            if (!disks.Contains(disk))
                disks.Add(disk);
            return $"{match.Groups["before"].Value}disk {disks.IndexOf(disk)} partition {minor % MinorsPerDisk}";
        });
    }

    /// <summary>Seconds since the start.</summary>
    [GeneratedRegex(@"^\[ *[0-9]+\.[0-9]\]", RegexOptions.Multiline)]
    private static partial Regex TimeOfStep();

    /// <summary>How often progress is told, and of what, is not the same.</summary>
    [GeneratedRegex(@"^[0-9]+/[0-9]+\n", RegexOptions.Multiline)]
    private static partial Regex ProgressLine();

    [GeneratedRegex("\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+[-+][0-9]{2}:[0-9]{2}\"")]
    private static partial Regex TimeOfMessage();

    /// <summary>Where a snapshot lacks the subvolume that was nested in its origin, btrfs shows an empty folder of this very moment.</summary>
    [GeneratedRegex("^.*/btrfs-top/snapshot/var/nested$", RegexOptions.Multiline)]
    private static partial Regex StubOfSubvolume();

    /// <summary>The original names the disk of a subvolume as its kernel does; the fixture has only one disk.</summary>
    [GeneratedRegex("btrfsvol:/dev/sd[a-z]")]
    private static partial Regex DiskOfSubvolume();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}|[0-9]{10}")]
    private static partial Regex Time();

    /// <summary>The device of a file: from the start of the line to the first number with a colon and the inode, the links and the device file behind it.</summary>
    [GeneratedRegex(@"^(?<before>[-dlpcbsu][ ,][^:\n]*?(?:[0-9]{2}:[0-9]{2}:[0-9]{2}[ ,][^:\n]*?)*)8:(?<minor>[0-9]+)(?=[ ,][0-9]+[ ,][0-9]+[ ,][0-9]+:[0-9]+[ ,])", RegexOptions.Multiline)]
    private static partial Regex ScsiDevice();
}
