using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands;

/// <summary>Finds out how full the file systems of guests are.</summary>
internal static class UsageReading
{
    /// <summary>Opens one guest and reads it. A guest that cannot be opened is a result too.</summary>
    public static Task<GuestUsage> ReadGuestAsync(
        IReadOnlyList<DriveChoice> drives, UsageOptions options, KeyRing keys, CommandContext context, CancellationToken cancellationToken) =>
        ReadGuestAsync(drives, options, options.Timeout, keys, context, cancellationToken);

    /// <summary>The same within a time of its own.</summary>
    public static async Task<GuestUsage> ReadGuestAsync(
        IReadOnlyList<DriveChoice> drives, UsageOptions options, TimeSpan? timeout, KeyRing keys, CommandContext context, CancellationToken cancellationToken)
    {
        var name = GuestName.Of(drives);
        GuestUsage? usage = null;
        try
        {
            await GuestDeadline.RunAsync(timeout, name, OpenAndReadAsync, cancellationToken).ConfigureAwait(false);
            return usage!;
        }
        catch (Exception e) when (e is GuestfsException or CommandFailedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reason = e is CommandFailedException ? e.Message[(name.Length + 2)..] : e.Message;
            return new(name, [], [new(null, null, reason)], Now());
        }

        async Task OpenAndReadAsync(CancellationToken stop)
        {
            await using var guest = await GuestLaunch.OpenAsync(drives, options, context, stop).ConfigureAwait(false);
            usage = await ReadAsync(guest, new EncryptedDevices(guest, keys, GuestAccess.ReadOnly, name), name, stop).ConfigureAwait(false);
            ManyGuests.ReportMemory(guest, name, context);
        }
    }

    /// <summary>Opens what is encrypted, then mounts each file system of a launched guest in turn and asks it for its counts.</summary>
    /// <exception cref="GuestfsException">The appliance is gone.</exception>
    /// <exception cref="CommandFailedException">A key cannot be read.</exception>
    public static async Task<GuestUsage> ReadAsync(
        GuestActions guest, EncryptedDevices encrypted, string name, CancellationToken cancellationToken)
    {
        await encrypted.OpenAsync(cancellationToken).ConfigureAwait(false);
        var filesystems = new List<FilesystemUsage>();
        var failures = encrypted.Locked.Select(locked => new ReadFailure(locked.Device.Name, locked.Device.Kind, locked.Reason)).ToList();
        var found = await guest.ListFilesystemsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (mountable, type) in found.Where(f => f.Value is not ("swap" or "unknown" or "BitLocker")))
        {
            try
            {
                var counts = await CountsAsync(guest, mountable, cancellationToken).ConfigureAwait(false);
                filesystems.Add(new(await NameAsync(guest, mountable, cancellationToken).ConfigureAwait(false), type, counts));
            }
            catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
            {
                failures.Add(new(mountable, type, e.Message));
            }
        }

        return new(name, filesystems, failures, Now());
    }

    private static async Task<StatVfs> CountsAsync(GuestActions guest, string mountable, CancellationToken cancellationToken)
    {
        await guest.MountRoAsync(mountable, "/", cancellationToken).ConfigureAwait(false);
        try
        {
            return await guest.StatvfsAsync("/", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await guest.UmountAllAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task<string> NameAsync(GuestActions guest, string mountable, CancellationToken cancellationToken) =>
        mountable.StartsWith("/dev/", StringComparison.Ordinal)
            ? guest.CanonicalDeviceNameAsync(mountable, cancellationToken)
            : Task.FromResult(mountable);

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
