using System.Globalization;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Xfs;

/// <summary>Reads the geometry that the programs of XFS print: lines <c>section =name key=value unit, key=value</c>.</summary>
internal static class XfsGeometry
{
    private const string NameEnd = " log"; // of "internal log"

    /// <summary>What <see cref="Parse"/> makes of a device, mounted or not.</summary>
    /// <exception cref="DaemonException">It holds no XFS.</exception>
    public static OrderedDictionary<string, string> OfDevice(string device) =>
        Parse(ProgramRunner.Run(["xfs_db", "-r", "-p", "xfs_info", "-c", "info", device]));

    /// <summary>Each section with its name, and each <c>section.key</c> with its value without the unit.</summary>
    public static OrderedDictionary<string, string> Parse(string text)
    {
        var fields = new OrderedDictionary<string, string>();
        var section = "";
        foreach (var line in text.Split('\n'))
        {
            var equals = line.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            if (line[..equals].Trim() is { Length: > 0 } opened)
            {
                section = opened;
            }

            ReadLine(fields, section, line[(equals + 1)..], line[..equals].Trim().Length > 0);
        }

        return fields;
    }

    /// <summary>The same as a struct.</summary>
    /// <param name="mountpoint">What to call the file system.</param>
    public static XfsInfo ToStruct(IReadOnlyDictionary<string, string> fields, string mountpoint)
    {
        uint Number(string key) => uint.TryParse(fields.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        ulong Large(string key) => ulong.TryParse(fields.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        string Text(string key) => fields.GetValueOrDefault(key, "");
        var logName = Text("log");
        return new(
            mountpoint, Number("meta-data.isize"), Number("meta-data.agcount"), Number("meta-data.agsize"), Number("meta-data.sectsz"),
            Number("meta-data.attr"), Number("data.bsize"), Large("data.blocks"), Number("data.imaxpct"), Number("data.sunit"),
            Number("data.swidth"), Number("naming.version"), Number("naming.bsize"), Number("naming.ascii-ci"),
            logName.EndsWith(NameEnd, StringComparison.Ordinal) ? logName[..^NameEnd.Length] : logName,
            Number("log.bsize"), Number("log.blocks"), Number("log.version"), Number("log.sectsz"), Number("log.sunit"), Number("log.lazy-count"),
            Text("realtime"), Number("realtime.extsz"), Large("realtime.blocks"), Large("realtime.rtextents"));
    }

    // The name of a section and the pairs behind it have nothing but blanks between them.
    private static void ReadLine(OrderedDictionary<string, string> fields, string section, string rest, bool isFirst)
    {
        var pairs = rest.Split((char[])[',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join(' ', pairs.TakeWhile(word => !word.Contains('=')));
        if (isFirst && name.Length > 0)
        {
            fields[section] = name;
            if (name.Split(' ') is ["version", var version])
            {
                fields[$"{section}.version"] = version;
            }
        }

        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=');
            if (equals > 0)
            {
                fields[$"{section}.{pair[..equals]}"] = pair[(equals + 1)..];
            }
        }
    }
}
