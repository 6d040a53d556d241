using System.Globalization;
using System.Text;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>Lines of <c>virt-ls -lR</c>, as text or as comma-separated values, in the columns of the original.</summary>
/// <param name="options">Which columns, and how.</param>
/// <param name="times">How times look.</param>
internal sealed class EntryText(ListOptions options, TimeText times)
{
    /// <summary>The line without its end.</summary>
    public string Format(FileEntry entry)
    {
        var line = new StringBuilder();
        var separator = options.IsCsv ? ',' : ' ';
        foreach (var column in Columns(entry))
        {
            line.Append(column).Append(separator);
        }

        if (options.IsCsv)
        {
            line.Append(CsvField.Quote(entry.Path));
            return entry.Target is null ? line.ToString() : line.Append(',').Append(CsvField.Quote(entry.Target)).ToString();
        }

        return entry.Target is null ? line.Append(entry.Path).ToString() : line.Append($"{entry.Path} -> {entry.Target}").ToString();
    }

    private IEnumerable<string> Columns(FileEntry entry)
    {
        var status = entry.Status;
        yield return entry.Type.ToString();
        yield return Convert.ToString(entry.Permissions, 8).PadLeft(4, '0');
        yield return Size(status.StSize);
        if (options.HasOwners)
        {
            yield return Number(status.StUid, 4);
            yield return Number(status.StGid, 4);
        }

        if (options.HasTimes)
        {
            yield return Time(status.StAtimeSec);
            yield return Time(status.StMtimeSec);
            yield return Time(status.StCtimeSec);
        }

        if (options.HasExtraStats)
        {
            yield return DeviceText.Format(status.StDev);
            yield return Number(status.StIno);
            yield return Number(status.StNlink);
            yield return DeviceText.Format(status.StRdev);
            yield return Number(status.StBlocks);
        }

        if (options.Checksum is not null && (options.IsCsv || entry.Checksum is not null))
        {
            yield return entry.Checksum ?? "";
        }
    }

    private string Size(long bytes) =>
        options.IsCsv ? Number(bytes) : (options.IsHuman ? HumanSize.Format(bytes) : Number(bytes)).PadLeft(10);

    private string Time(long seconds) => times.Format(seconds);

    private static string Number(long number, int width = 0) => number.ToString(CultureInfo.InvariantCulture).PadLeft(width);
}
