using System.Globalization;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Memory;
using VirtTools.Posix;

namespace VirtTools.Appliance.Command;

/// <summary>Checks of what the host has to spare, and of what makes the commands safer or complete.</summary>
internal static class HostCheckup
{
    private const int MebiByte = 1024 * 1024;
    private const int LeastOpenFiles = 256;
    private const string LimitRow = "Max open files";

    // Each is run by a command or an action on the host.
    private static readonly (string Program, string Package, string Use)[] s_programs =
    [
        ("perl", "perl", "virt-edit -e"),
        ("qemu-img", "qemu-utils", "images that are made"),
        ("tar", "tar", "copying folders in and out"),
    ];

    public static string Memory()
    {
        using var handle = new Guestfs();
        var wanted = handle.GetMemsize();
        return HostCapacity.Read().Memory is not { } bytes ? "it is not known how much is free"
            : bytes / MebiByte >= wanted ? $"{bytes / MebiByte} MiB to spare, an appliance has {wanted} MiB"
            : throw new CheckFailedException(
                $"{bytes / MebiByte} MiB to spare, and an appliance has {wanted} MiB", "free memory, or give the appliance less (LIBGUESTFS_MEMSIZE)");
    }

    public static string OpenFiles() => LimitIn(ProcFile.TryRead("/proc/self/limits") ?? "") switch
    {
        null => "no limit is known",
        < LeastOpenFiles and var few => throw new CheckFailedException($"a process may have {few} at once, which a long chain of backing files needs", "raise the limit (ulimit -n)"),
        var many => $"a process may have {many} at once",
    };

    public static string Landlock() => ProcFile.TryRead("/sys/kernel/security/lsm") switch
    {
        null => "the kernel does not tell",
        var names when names.Split(',').Any(name => name.Trim() == "landlock") => "QEMU opens no file but those it needs",
        _ => throw new CheckFailedException(
            "this kernel has none: a hostile image that breaks out of QEMU meets one wall less", "use a kernel from 5.13 with Landlock (lsm=landlock,... on its command line)"),
    };

    public static string Programs()
    {
        var missing = s_programs.Where(p => ProgramPath.Find(p.Program) is null).ToList();
        return missing.Count == 0
            ? string.Join(", ", s_programs.Select(p => p.Program))
            : throw new CheckFailedException(
                $"not installed: {string.Join(", ", missing.Select(p => $"{p.Program} (for {p.Use})"))}",
                $"install the package{(missing.Count > 1 ? "s" : "")} {string.Join(", ", missing.Select(p => p.Package))}");
    }

    /// <summary>The soft limit in the text of /proc/self/limits; null for none.</summary>
    internal static long? LimitIn(string table)
    {
        var row = table.Split('\n').FirstOrDefault(line => line.StartsWith(LimitRow, StringComparison.Ordinal)) ?? LimitRow;
        var first = row[LimitRow.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
