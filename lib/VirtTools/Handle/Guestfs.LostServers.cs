using VirtTools.Handle;
using VirtTools.Launch;
using VirtTools.Posix;
using VirtTools.Remote;

namespace VirtTools;

/// <summary>Tells failures of a server from failures of a guest: the guest itself knows of a bad disk only.</summary>
public sealed partial class Guestfs
{
    // qapi/block-core.json: a request of the guest failed below its drive.
    private const string RequestFailed = "BLOCK_IO_ERROR";
    private static readonly TimeSpan PatienceForEvents = TimeSpan.FromSeconds(2);

    /// <summary>What to say of a disk behind a server that failed under the guest; null where none did.</summary>
    internal string? DescribeLostServer()
    {
        if (_remotes is not { } remotes || _appliance is not { } appliance)
        {
            return null;
        }

        remotes.Lost ??= FindLost(remotes, appliance);
        return remotes.Lost is { } lost ? $"the server of {lost} failed or is gone: see that it runs and can be reached, then try again" : null;
    }

    private GuestfsException WithLostServer(GuestfsException failure) =>
        DescribeLostServer() is { } sentence
            ? new(failure.Action, failure.ErrnoName, $"{failure.Message}; {sentence}", failure.InnerException)
            : failure;

    private RemoteAddress? FindLost(RemoteDisks remotes, ApplianceProcess appliance)
    {
        try
        {
            // Events come in before the answer to any command.
            appliance.Qmp.Execute("query-status", null, Environment.TickCount64 + (long)PatienceForEvents.TotalMilliseconds);
        }
        catch (Exception e) when (e is QmpException or QmpClosedException or TimeoutException or InvalidDataException or PosixException)
        {
            return null;
        }

        foreach (var happened in appliance.Qmp.TakeEvents().Where(e => e.Name == RequestFailed))
        {
            for (var i = 0; i < _drives.Count; i++)
            {
                if (_drives[i].Remote is { } address && remotes.Has(_drives[i]) && IsOf(happened, LaunchDrive.NodePrefix(i)))
                {
                    return address;
                }
            }
        }

        return null;
    }

    private static bool IsOf(QmpEvent happened, string node) =>
        happened.Data.ValueKind == System.Text.Json.JsonValueKind.Object
        && happened.Data.TryGetProperty("node-name", out var name)
        && name.ValueKind == System.Text.Json.JsonValueKind.String
        && name.GetString() is { } text
        && (text == node || text.StartsWith(node + "-", StringComparison.Ordinal));
}
