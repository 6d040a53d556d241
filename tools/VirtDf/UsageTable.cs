using System.Globalization;
using System.Text;
using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>The table for people, in the columns of the original.</summary>
internal sealed class UsageTable(bool inodes, bool human) : IUsageWriter
{
    private const int NameWidth = 36;

    private bool _hasHeader;

    public void Add(Stream output, GuestUsage guest)
    {
        // Where no guest can be opened, nothing is printed at all.
        if (!_hasHeader && guest.IsReadable)
        {
            _hasHeader = true;
            Write(output, Header());
        }

        foreach (var filesystem in guest.Filesystems)
        {
            Write(output, Row($"{guest.Name}:{filesystem.Device}", filesystem));
        }
    }

    public void End(Stream output)
    {
    }

    private string Header() => inodes
        ? Row("Filesystem", "Inodes", "IUsed", "IFree", "IUse%")
        : Row("Filesystem", human ? "Size" : "1K-blocks", "Used", "Available", "Use%");

    private string Row(string name, FilesystemUsage usage) => inodes
        ? Row(name, Number(usage.Counts.Files), Number(usage.UsedInodes), Number(usage.Counts.Ffree), Percent(usage.UsedInodesPercent))
        : Row(name, Size(usage.TotalBytes), Size(usage.UsedBytes), Size(usage.AvailableBytes), Percent(usage.UsedPercent));

    private static string Row(string name, string size, string used, string free, string share)
    {
        // A name that is too long gets a line of its own.
        var length = ByteString.GetByteCount(name);
        var row = new StringBuilder(name).Append(length > NameWidth ? "\n" : "").Append(' ', length > NameWidth ? NameWidth : NameWidth - length);
        return row.Append(CultureInfo.InvariantCulture, $"{size,10} {used,10} {free,10} {share,5}\n").ToString();
    }

    private string Size(Int128 bytes) => human ? HumanSize.Format(bytes) : KibiBytes.Format(bytes);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double percent) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(percent):0}%");

    private static void Write(Stream output, string text) => output.Write(ByteString.GetBytes(text));
}
