using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Handle;
using VirtTools.Inspection;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>What operating system a guest is: the part that the library makes of what the daemon tells.</summary>
public sealed partial class Guestfs
{
    private const string WindowsType = "windows";
    private const string RpmFormat = "rpm";

    /// <summary>What is said of each device when inspection has found nothing; null where the appliance is not ours.</summary>
    /// <exception cref="GuestfsException">The daemon failed.</exception>
    internal async Task<IReadOnlyList<FileSystemReason>?> ExplainFileSystemsAsync(CancellationToken cancellationToken)
    {
        using var nothing = new XdrWriter();
        return await TryExtensionAsync(ActionDescriptors.ListFilesystems, FileSystemReason.Procedure, nothing, cancellationToken).ConfigureAwait(false) is { } answer
            ? Decoded(ActionDescriptors.ListFilesystems, () => FileSystemReason.Parse(answer.Span))
            : null;
    }

    [SyncTwin]
    private protected override async Task<string> InspectGetOsinfoCoreAsync(string root, CancellationToken cancellationToken) => OsinfoName.Of(new(
        await InspectGetTypeAsync(root, cancellationToken).ConfigureAwait(false),
        await InspectGetDistroAsync(root, cancellationToken).ConfigureAwait(false),
        await InspectGetMajorVersionAsync(root, cancellationToken).ConfigureAwait(false),
        await InspectGetMinorVersionAsync(root, cancellationToken).ConfigureAwait(false),
        await InspectGetProductNameAsync(root, cancellationToken).ConfigureAwait(false),
        await InspectGetProductVariantAsync(root, cancellationToken).ConfigureAwait(false),
        await InspectGetBuildIdAsync(root, cancellationToken).ConfigureAwait(false)));

    [SyncTwin]
    private protected override async Task<byte[]> InspectGetIconCoreAsync(
        string root, InspectGetIconOptions? options, CancellationToken cancellationToken)
    {
        var distribution = await InspectGetDistroAsync(root, cancellationToken).ConfigureAwait(false);
        foreach (var path in IconPlaces.Of(distribution, options?.Favicon ?? true, options?.Highquality ?? false))
        {
            if (await TryReadIconAsync(path, cancellationToken).ConfigureAwait(false) is { } icon)
            {
                return icon;
            }
        }

        return options?.Highquality == true ? [] : await ReadWindowsIconAsync(root, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The icon of a Windows, which is small.</summary>
    [SyncTwin]
    private async Task<byte[]> ReadWindowsIconAsync(string root, CancellationToken cancellationToken)
    {
        var action = ActionDescriptors.InspectGetIcon;
        if (await InspectGetTypeAsync(root, cancellationToken).ConfigureAwait(false) != WindowsType)
        {
            return [];
        }

        using var request = WindowsIconReply.Request(root);
        return await TryExtensionAsync(action, WindowsIconReply.Procedure, request, cancellationToken).ConfigureAwait(false) is { } answer
            ? Decoded(action, () => WindowsIconReply.Parse(answer.Span))
            : [];
    }

    [SyncTwin]
    private protected override async Task<Application2[]> InspectListApplications2CoreAsync(string root, CancellationToken cancellationToken)
    {
        var action = ActionDescriptors.InspectListApplications2;
        var all = new List<Application2>();
        while (true)
        {
            using var request = ApplicationPortion.Request(root, all.Count);
            if (await TryExtensionAsync(action, ApplicationPortion.Procedure, request, cancellationToken).ConfigureAwait(false) is not { } answer)
            {
                return await ListForeignApplicationsAsync(root, cancellationToken).ConfigureAwait(false);
            }

            var portion = Decoded(action, () => ApplicationPortion.Parse(answer.Span, all.Count));
            all.AddRange(portion.Applications);
            if (all.Count == portion.Total)
            {
                return [.. all];
            }
        }
    }

    [SyncTwin]
    private protected override async Task<Application[]> InspectListApplicationsCoreAsync(string root, CancellationToken cancellationToken)
    {
        var applications = await InspectListApplications2Async(root, cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(applications, static application => new Application(
            application.App2Name, application.App2DisplayName, application.App2Epoch, application.App2Version, application.App2Release,
            application.App2InstallPath, application.App2TransPath, application.App2Publisher, application.App2Url, application.App2SourcePackage,
            application.App2Summary, application.App2Description));
    }

    /// <summary>The original's daemon lists one format; all others its library reads itself, which ours leaves to the appliance.</summary>
    [SyncTwin]
    private async ValueTask<Application2[]> ListForeignApplicationsAsync(string root, CancellationToken cancellationToken)
    {
        var format = await InspectGetPackageFormatAsync(root, cancellationToken).ConfigureAwait(false);
        if (format != RpmFormat)
        {
            throw Error(
                ActionDescriptors.InspectListApplications2, "ENOTSUP", $"packages of the format {format} are listed by an appliance of VirtTools only, and this is another one");
        }

        var applications = await InternalListRpmApplicationsAsync(cancellationToken).ConfigureAwait(false);
        return [.. applications.OrderBy(application => application.App2Name, StringComparer.Ordinal)];
    }

    [SyncTwin]
    private async ValueTask<byte[]?> TryReadIconAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsFileAsync(path, new() { FollowSymlinks = true }, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            // One byte more than is allowed tells a file that is too large.
            var content = await PreadAsync(path, IconPlaces.LargestIcon + 1, 0, cancellationToken).ConfigureAwait(false);
            return IconPlaces.IsIcon(content) ? content : null;
        }
        catch (GuestfsException e) when (e.ErrnoName is not ("EPROTO" or "ENOTCONN" or "EINTR") && _state == HandleState.Ready)
        {
            // Not there, or nothing that can be read so: the next place may have one.
            return null;
        }
    }

    /// <summary>Carries out a call that the original does not have.</summary>
    /// <param name="action">What the caller asked for, for messages.</param>
    /// <returns>Null where the daemon does not know it.</returns>
    /// <exception cref="GuestfsException">The daemon knows the call and failed.</exception>
    [SyncTwin]
    private async Task<ReadOnlyMemory<byte>?> TryExtensionAsync(
        ActionDescriptor action, uint procedure, XdrWriter arguments, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var session = RequireReady(action);
            if (!session.HasExtensions)
            {
                return null;
            }

            _state = HandleState.Busy;
            return await CallExtensionGuardedAsync(session, action, procedure, arguments, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (_state == HandleState.Busy)
            {
                _state = HandleState.Ready;
            }

            _gate.Release();
            FinishDisposal();
        }
    }

    [SyncTwin]
    private async ValueTask<ReadOnlyMemory<byte>?> CallExtensionGuardedAsync(
        DaemonSession session, ActionDescriptor action, uint procedure, XdrWriter arguments, CancellationToken cancellationToken)
    {
        session.ClearCancel();
        Interlocked.Increment(ref _callsBegun);
        using var cancellation = CancelOn(session, action, cancellationToken);
        try
        {
            return await session.CallExtensionAsync(procedure, arguments, action.Name, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ApplianceGoneException)
        {
            var ended = EndedAppliance(action.Name);
            cancellationToken.ThrowIfCancellationRequested();
            throw ended;
        }
        catch (ProtocolException e)
        {
            EndAppliance();
            throw BrokenProtocol(action.Name, e);
        }
        finally
        {
            DrainConsole();
        }
    }

    private T Decoded<T>(ActionDescriptor action, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (ProtocolException e)
        {
            throw BrokenReply(action, e);
        }
    }
}
