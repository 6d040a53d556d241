using VirtTools.Launch;

namespace VirtTools.Remote;

/// <summary>
/// Gives up an iSCSI target that is gone. libiscsi would connect to it again for ever, and QEMU can tell it no limit (its timeout of requests does not count
/// while nobody is connected), so the guest would wait for its disk without an end. It says each attempt, though, if it is asked to.
/// </summary>
internal static class LostTarget
{
    /// <summary>Makes libiscsi write its failures to standard error (libiscsi, lib/init.c).</summary>
    public const string Setting = "LIBISCSI_DEBUG=1";

    // It waits a second more after each attempt; so this is after some six seconds in which nobody listened.
    private const string LastAttempt = "reconnect try 4 failed";

    /// <summary>Ends the QEMU that has lost its target, which is an error of the disk for the one that faces the guest.</summary>
    public static void EndIfLost(ApplianceProcess process)
    {
        if (process.ErrorLines().Any(line => line.Contains(LastAttempt, StringComparison.Ordinal)))
        {
            process.Kill();
        }
    }
}
