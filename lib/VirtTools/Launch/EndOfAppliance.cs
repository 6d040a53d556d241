using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>Finds, in what QEMU and the guest said last, the reason why an appliance ended.</summary>
internal static class EndOfAppliance
{
    private const string LauncherPrefix = "virttools-launch: ";

    // What the kernel or the original's init writes when it gives up, most telling first.
    private static readonly string[] Confessions =
        ["Kernel panic", "Out of memory", "guestfsd: error", "supermin: internal", "supermin: ", "Segmentation fault", "segfault at"];

    /// <summary>One sentence.</summary>
    public static string Describe(ExitStatus? exit, IReadOnlyList<string> errors, IReadOnlyList<string> console)
    {
        var ending = exit is { } status ? $"QEMU {status}" : "QEMU is still running";

        // A guest that panics reboots, and QEMU ends with status 0.
        foreach (var confession in Confessions)
        {
            if (console.LastOrDefault(line => line.Contains(confession, StringComparison.Ordinal)) is { } line)
            {
                return $"the appliance failed ({line}) and {ending}";
            }
        }

        return errors.LastOrDefault(IsReason) is { } reason ? $"{ending}: {WithoutPrefix(reason)}" : ending;
    }

    // QEMU's warnings (as of missing processor features) come before the reason, its notice of a signal is no reason.
    private static bool IsReason(string line) =>
        !line.Contains("warning:", StringComparison.Ordinal) && !line.Contains("terminating on signal", StringComparison.Ordinal);

    private static string WithoutPrefix(string line) => line.StartsWith(LauncherPrefix, StringComparison.Ordinal) ? line[LauncherPrefix.Length..] : line;
}
