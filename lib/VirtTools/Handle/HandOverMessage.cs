using System.Security.Cryptography;
using VirtTools.Launch;
using VirtTools.Wire;

namespace VirtTools.Handle;

/// <summary>What a daemon is told before it is ready.</summary>
internal static class HandOverMessage
{
    private const long TicksPerSecond = 10_000_000;
    private const int NanosecondsPerTick = 100;

    /// <summary>The hand-over for an appliance that has just been started; the time in it is now.</summary>
    public static HandOver For(ApplianceProcess appliance, LaunchConfiguration configuration)
    {
        var now = DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks;
        return new(
            Resumed: appliance.ResumedFrom is not null,
            configuration.Verbose,
            now / TicksPerSecond,
            (int)(now % TicksPerSecond) * NanosecondsPerTick,
            RandomNumberGenerator.GetBytes(HandOver.EntropySize),
            [.. configuration.Drives.Where(drive => drive.Interface == DriveInterface.Scsi).Select(drive => drive.Index).Order()]);
    }
}
