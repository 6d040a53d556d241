using Microsoft.Extensions.Logging;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>Starts an appliance on the images of a command line.</summary>
internal static partial class GuestLaunch
{
    /// <summary>A launched handle on the images, all of them read-only, in their order.</summary>
    /// <inheritdoc cref="OpenAsync(IReadOnlyList{DriveChoice}, GuestAccess, GuestOptions, CommandContext, CancellationToken)"/>
    public static Task<Guestfs> OpenAsync(
        IReadOnlyList<DriveChoice> drives, GuestOptions options, CommandContext context, CancellationToken cancellationToken) =>
        OpenAsync(drives, GuestAccess.ReadOnly, options, context, cancellationToken);

    /// <summary>A launched handle on the images, in their order.</summary>
    /// <param name="drives">The images; at least one.</param>
    /// <param name="access">Whether they may be written.</param>
    /// <param name="options">What <c>-v</c> and <c>-x</c> ask for.</param>
    /// <param name="context">Gets messages of the library and of the appliance, and progress.</param>
    /// <param name="cancellationToken">Ends the launch.</param>
    /// <exception cref="GuestfsException">An image cannot be opened, or the appliance does not start.</exception>
    /// <exception cref="CommandFailedException">An image that is to be written is in use.</exception>
    public static Task<Guestfs> OpenAsync(
        IReadOnlyList<DriveChoice> drives, GuestAccess access, GuestOptions options, CommandContext context, CancellationToken cancellationToken) =>
        OpenAsync(
            async guest =>
            {
                foreach (var drive in drives)
                {
                    await AddAsync(guest, drive, access, options, cancellationToken).ConfigureAwait(false);
                }
            },
            options,
            context,
            cancellationToken);

    /// <summary>A launched handle to which somebody adds the drives.</summary>
    /// <param name="addDrives">Adds them.</param>
    /// <param name="options">What <c>-v</c> and <c>-x</c> ask for.</param>
    /// <param name="context">Gets messages of the library and of the appliance, and progress.</param>
    /// <param name="cancellationToken">Ends the launch.</param>
    /// <exception cref="GuestfsException">An image cannot be opened, or the appliance does not start.</exception>
    public static async Task<Guestfs> OpenAsync(
        Func<Guestfs, Task> addDrives, GuestOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var guest = new Guestfs();
        try
        {
            guest.AddEventHandler(
                GuestEvents.Appliance | GuestEvents.Library | GuestEvents.Trace | GuestEvents.Warning | GuestEvents.Progress,
                new EventReport(context).Handle);
            guest.SetProgram(context.Streams.Program);
            guest.SetVerbose(options.IsVerbose || guest.GetVerbose());
            guest.SetTrace(options.IsTracing || guest.GetTrace());
            await addDrives(guest).ConfigureAwait(false);
            await guest.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Adds what the command line names to a handle that is not launched.</summary>
    /// <exception cref="GuestfsException">It cannot be opened.</exception>
    /// <exception cref="CommandFailedException">It is to be written, and cannot be.</exception>
    public static async Task AddAsync(
        Guestfs guest, DriveChoice drive, GuestAccess access, GuestOptions options, CancellationToken cancellationToken)
    {
        try
        {
            switch (drive)
            {
                case ImageChoice image:
                    guest.AddDrive(image.Path, new() { ReadOnly = access == GuestAccess.ReadOnly, Format = image.Format, BlockSize = image.BlockSize });
                    break;
                case RemoteChoice remote:
                    guest.AddDrive(remote.Address.Path, RemoteOptions(remote, access));
                    break;
                case DomainChoice domain:
                    await guest.AddDomainAsync(domain.Name, DomainOptions(domain, access, options), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
        catch (GuestfsException e) when (access == GuestAccess.ReadWrite && e.ErrnoName == "EBUSY")
        {
            throw drive is ImageChoice image
                ? GuestFailure.InUse(image.Path)
                : new CommandFailedException($"{drive.DisplayName}: the guest is running, or its disks are in use; shut it down first");
        }
        catch (GuestfsException e) when (GuestFailure.NotWritable(e) is { } failure)
        {
            throw failure;
        }
    }

    private static AddDriveOptions RemoteOptions(RemoteChoice remote, GuestAccess access) => new()
    {
        ReadOnly = access == GuestAccess.ReadOnly,
        Format = remote.Format,
        BlockSize = remote.BlockSize,
        Protocol = remote.Address.Protocol,
        Server = remote.Address.Servers,
        Username = remote.Address.User,
        Secret = remote.Address.Secret,
    };

    private static AddDomainOptions DomainOptions(DomainChoice domain, GuestAccess access, GuestOptions options) => new()
    {
        LibvirtUri = options.LibvirtUri,
        ReadOnly = access == GuestAccess.ReadOnly ? true : null,
        AllowUuid = !domain.IsNameOnly,
        ReadOnlyDisk = "read",
    };

    /// <summary>Passes events of the handle on to the log and to the progress bar.</summary>
    private sealed partial class EventReport(CommandContext context)
    {
        private readonly ProgressDisplay _progress = new(context.Streams);

        public void Handle(GuestEvent happened)
        {
            switch (happened.Kind)
            {
                case GuestEvents.Progress when happened.Progress is { } progress:
                    _progress.Show(happened.Message.Length > 0 ? happened.Message : progress.Action, progress.Position, progress.Total);
                    break;
                case GuestEvents.Trace:
                    LogTrace(context.Logger, happened.Message);
                    break;
                case GuestEvents.Warning:
                    LogWarning(context.Logger, context.Streams.Program, happened.Message);
                    break;
                default:
                    foreach (var line in happened.Message.TrimEnd('\n').Split('\n'))
                    {
                        LogMessage(context.Logger, line.TrimEnd('\r'));
                    }

                    break;
            }
        }

        [LoggerMessage(Level = LogLevel.Information, Message = "libguestfs: trace: {Text}")]
        private static partial void LogTrace(ILogger logger, string text);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Program}: warning: {Text}")]
        private static partial void LogWarning(ILogger logger, string program, string text);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Line}")]
        private static partial void LogMessage(ILogger logger, string line);
    }
}
