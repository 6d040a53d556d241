using System.Globalization;
using Microsoft.Extensions.Logging;
using VirtTools.CommandLine.Memory;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>The frame of commands that take many guests; with <c>-v</c> it tells how many are worked on at once, why, and what each appliance takes.</summary>
internal static partial class ManyGuests
{
    private const double MebiByte = 1024 * 1024;

    /// <summary>How many guests to work on at once.</summary>
    /// <param name="wanted">What the user says; 0 to find out.</param>
    /// <param name="guests">How many guests there are.</param>
    /// <param name="context">Gets the reason.</param>
    public static int AtOnce(int wanted, int guests, CommandContext context)
    {
        if (wanted > 0)
        {
            return Math.Min(wanted, Math.Max(1, guests));
        }

        var host = HostCapacity.Read();
        var chosen = GuestsAtOnce.Choose(host, guests);
        if (guests > 1)
        {
            LogChoice(context.Logger, chosen, host.Processors, MiB(host.AvailableMemory), MiB(host.CgroupMemory), MiB(GuestsAtOnce.ApplianceMemory));
        }

        return chosen;
    }

    /// <summary>Tells what an appliance that is still running takes of the host's memory.</summary>
    public static void ReportMemory(Guestfs guest, string name, CommandContext context)
    {
        if (context.Logger.IsEnabled(LogLevel.Debug) && MemoryUse.OfProcess(guest.GetPid()) is { } use)
        {
            LogMemory(context.Logger, name, MiB(use.Private));
        }
    }

    private static string MiB(long? bytes) => bytes is { } known ? (known / MebiByte).ToString("0", CultureInfo.InvariantCulture) + " MiB" : "no limit known";

    [LoggerMessage(Level = LogLevel.Debug,
        Message = "{Count} guests at once: {Processors} processors; memory available: {Available}, left in the control group: {Left}; reckoned for each: {Each}")]
    private static partial void LogChoice(ILogger logger, int count, int processors, string available, string left, string each);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Guest}: the appliance takes {Memory} of its own")]
    private static partial void LogMemory(ILogger logger, string guest, string memory);
}
