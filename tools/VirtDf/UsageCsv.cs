using System.Globalization;
using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>Comma-separated values, in the columns of the original.</summary>
internal sealed class UsageCsv(bool inodes) : IUsageWriter
{
    private bool _hasHeader;

    public void Add(Stream output, GuestUsage guest)
    {
        if (!_hasHeader && guest.IsReadable)
        {
            _hasHeader = true;
            Write(output, inodes ? "VirtualMachine,Filesystem,Inodes,IUsed,IFree,IUse%\n" : "VirtualMachine,Filesystem,1K-blocks,Used,Available,Use%\n");
        }

        foreach (var usage in guest.Filesystems)
        {
            string[] fields = inodes
                ? [Number(usage.Counts.Files), Number(usage.UsedInodes), Number(usage.Counts.Ffree), Percent(usage.UsedInodesPercent)]
                : [KibiBytes.Format(usage.TotalBytes), KibiBytes.Format(usage.UsedBytes), KibiBytes.Format(usage.AvailableBytes), Percent(usage.UsedPercent)];
            Write(output, $"{CsvField.Quote(guest.Name)},{CsvField.Quote(usage.Device)},{string.Join(',', fields)}\n");
        }
    }

    public void End(Stream output)
    {
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double percent) => percent.ToString("0.0", CultureInfo.InvariantCulture);

    private static void Write(Stream output, string text) => output.Write(ByteString.GetBytes(text));
}
