using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>Finds, in what QEMU and the guest said last, the reason why an appliance ended.</summary>
internal static class EndOfAppliance
{
    private const int LongestQuote = 300;
    private const string KernelPanic = "Kernel panic";
    private const string LauncherPrefix = "virttools-launch: ";

    // What the kernel or the original's init writes when it gives up, most telling first.
    private static readonly string[] Confessions =
        [KernelPanic, "Out of memory", "guestfsd: error", "supermin: internal", "supermin: ", "Segmentation fault", "segfault at"];

    // What the kernel writes before it panics over itself: the panic alone does not tell why (Linux, arch/x86/kernel/traps.c and arch/x86/mm/fault.c).
    private static readonly string[] Faults = ["BUG: ", "kernel BUG at", "general protection fault", "invalid opcode", "double fault", "stack segment", "Oops: "];

    /// <summary>One sentence.</summary>
    public static string Describe(ExitStatus? exit, IReadOnlyList<string> errors, IReadOnlyList<string> console)
    {
        var ending = exit is { } status ? $"QEMU {status}" : "QEMU is still running";

        // A guest that panics reboots, and QEMU ends with status 0.
        foreach (var confession in Confessions)
        {
            if (console.LastOrDefault(line => line.Contains(confession, StringComparison.Ordinal)) is { } line)
            {
                var fault = confession == KernelPanic ? console.FirstOrDefault(IsFault) : null;
                return $"the appliance failed ({(fault is null ? "" : $"{Shortened(fault)}; ")}{Shortened(line)}) and {ending}{Remedy(line)}";
            }
        }

        return (errors.LastOrDefault(line => IsReason(line) && NamesProgram(line)) ?? errors.LastOrDefault(IsReason)) is { } reason ? $"{ending}: {Shortened(WithoutPrefix(reason))}{Remedy(reason)}" : ending;
    }

    private static bool IsFault(string line) => Faults.Any(fault => line.Contains(fault, StringComparison.Ordinal));

    private static string Remedy(string reason) => reason switch
    {
        _ when reason.Contains("Cannot allocate memory", StringComparison.Ordinal) || reason.Contains("cannot set up guest memory", StringComparison.Ordinal) =>
            "; free memory on this host, or give the appliance less (LIBGUESTFS_MEMSIZE)",
        _ when reason.Contains("Out of memory", StringComparison.Ordinal) => "; give the appliance more memory (LIBGUESTFS_MEMSIZE)",
        _ when reason.Contains("No space left", StringComparison.Ordinal) => "; make room in the temporary folder, or set TMPDIR to another",
        _ => "",
    };

    // QEMU's warnings (as of missing processor features) come before the reason, its notice of a signal is no reason.
    private static bool IsReason(string line) =>
        !line.Contains("warning:", StringComparison.Ordinal) && !line.Contains("terminating on signal", StringComparison.Ordinal);

    // "qemu-system-x86_64: what went wrong"; hints, such as the one about locks, follow without the name.
    private static bool NamesProgram(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !line.AsSpan(0, colon).Contains(' ');
    }

    private static string Shortened(string line) => line.Length <= LongestQuote ? line : line[..LongestQuote] + "...";

    private static string WithoutPrefix(string line)
    {
        if (line.StartsWith(LauncherPrefix, StringComparison.Ordinal))
        {
            return line[LauncherPrefix.Length..];
        }

        return DriveOf(line, ": -blockdev {", "\"node-name\":\"drive", "}: ")
            ?? DriveOf(line, ": -device ", ",id=drive", ": ")
            ?? line;
    }

    // "qemu-system-x86_64: -blockdev {"driver":"file","node-name":"drive0-1-file",...}: Failed to get ...", or the same with -device.
    private static string? DriveOf(string line, string option, string beforeNumber, string beforeReason)
    {
        var place = line.IndexOf(option, StringComparison.Ordinal);
        if (place < 0)
        {
            return null;
        }

        var words = line.AsSpan(place + option.Length);
        var number = words.IndexOf(beforeNumber);
        var reason = words.IndexOf(beforeReason);
        if (number < 0 || reason < number)
        {
            return null;
        }

        var digits = words[(number + beforeNumber.Length)..];
        return $"drive {digits[..digits.IndexOfAnyExceptInRange('0', '9')]}: {words[(reason + beforeReason.Length)..]}";
    }
}
