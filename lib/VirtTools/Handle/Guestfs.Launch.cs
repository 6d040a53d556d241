using System.Runtime.CompilerServices;
using VirtTools.Appliance;
using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Handle;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Launch.Templates;
using VirtTools.Posix;
using VirtTools.Remote;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>Starting and ending the appliance (manual, STATE MACHINE).</summary>
public sealed partial class Guestfs
{
    /// <summary>How long QEMU gets to end by itself once the appliance has closed its channel.</summary>
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(3);

    private ApplianceProcess? _appliance;
    private Mailbox? _mailbox;
    private RemoteDisks? _remotes;
    private volatile bool _launchTooLate;
    private TimeSpan _launchLimit;

    [SyncTwin]
    private protected override async Task LaunchCoreAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_state != HandleState.Config)
            {
                throw Error(ActionDescriptors.Launch, "EINVAL", "the appliance has been launched already");
            }

            _state = HandleState.Launching;
            await StartApplianceAsync(cancellationToken).ConfigureAwait(false);
            _state = HandleState.Ready;
            _events.Raise(new GuestEvent(GuestEvents.LaunchDone, ""));
            ThrowHandlerFailure(ActionDescriptors.Launch);
        }
        finally
        {
            if (_state == HandleState.Launching)
            {
                EndAppliance();
                _state = HandleState.Config;
            }

            _gate.Release();
            FinishDisposal();
        }
    }

    [SyncTwin]
    private protected override async Task ShutdownCoreAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SynchronizeAsync().ConfigureAwait(false);
        }
        finally
        {
            EndAppliance();
            _gate.Release();
        }
    }

    private protected override void KillSubprocessCore()
    {
        // May be called while a call runs, from a handler or another thread: that call then fails and sets the state.
        if (_gate.Wait(0))
        {
            EndAppliance();
            _gate.Release();
        }
        else
        {
            _appliance?.Kill();
        }
    }

    private protected override Task KillSubprocessCoreAsync(CancellationToken cancellationToken)
    {
        KillSubprocessCore();
        return Task.CompletedTask;
    }

    private protected override void WaitReadyCore() => RequireReady(ActionDescriptors.WaitReady);

    private protected override int GetPidCore() =>
        _appliance?.ProcessId ?? throw Error(ActionDescriptors.GetPid, "ESRCH", "no appliance is running");

    private protected override long CPointerCore() => RuntimeHelpers.GetHashCode(this);

    private protected override Task<long> CPointerCoreAsync(CancellationToken cancellationToken) => Task.FromResult(CPointerCore());

    private protected override void RemoveDriveCore(string label) =>
        throw Error(ActionDescriptors.RemoveDrive, "ENOTSUP", $"{label}: drives cannot be taken away from a handle");

    [SyncTwin]
    private async ValueTask StartApplianceAsync(CancellationToken cancellationToken)
    {
        _launchTooLate = false;
        try
        {
            var files = await LocateApplianceAsync(cancellationToken).ConfigureAwait(false);
            using var overlays = new OverlaySet();
            if (_drives.Exists(drive => drive.Remote is not null))
            {
                _remotes = await RemoteDisks.OpenAsync(_drives, RemoteHost(), cancellationToken).ConfigureAwait(false);
            }

            _mailbox = files.Manifest is null ? null : NewMailbox();
            var configuration = Configuration(files, overlays);
            configuration.Timeline.Mark("appliance and images found");
            if (!await TryResumeAsync(configuration, cancellationToken).ConfigureAwait(false))
            {
                _appliance = await ApplianceLauncher.StartAsync(configuration with { Templates = TemplateUse.Never }, cancellationToken).ConfigureAwait(false);
                await WaitForDaemonAsync(_appliance, configuration, _settings.LaunchDeadline, cancellationToken).ConfigureAwait(false);
            }

            Tell($"launch: {configuration.Timeline}");
        }
        catch (LaunchException e)
        {
            throw new GuestfsException(ActionDescriptors.Launch.Name, null, e.Message, e);
        }
        catch (ApplianceException e)
        {
            throw new GuestfsException(ActionDescriptors.Launch.Name, null, e.Message, e);
        }
        catch (ImageException e)
        {
            throw new GuestfsException(ActionDescriptors.Launch.Name, e.ErrnoName, e.Message, e);
        }
    }

    private static Mailbox NewMailbox()
    {
        try
        {
            return new Mailbox();
        }
        catch (PosixException e)
        {
            throw new LaunchException($"no memory can be shared with the appliance: {e.Message}; free memory on this host", e);
        }
    }

    /// <summary>Starts the appliance from a template where that is possible; one that does not come up is ended, and the template thrown away.</summary>
    /// <returns>False where an appliance has to boot.</returns>
    [SyncTwin]
    private async ValueTask<bool> TryResumeAsync(LaunchConfiguration configuration, CancellationToken cancellationToken)
    {
        _appliance = await ApplianceLauncher.StartAsync(configuration, cancellationToken).ConfigureAwait(false);
        var limit = _appliance.ResumedFrom is null ? _settings.LaunchDeadline : ResumeLimit(configuration.Drives.Count);
        try
        {
            await WaitForDaemonAsync(_appliance, configuration, limit, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (LaunchException e) when (_appliance is { ResumedFrom: { } template })
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_launchTooLate && _appliance.WaitForExit(EndGrace) is { IsFromOutside: true })
            {
                Tell($"the appliance boots: {e.Message}");
            }
            else
            {
                Tell($"the template is thrown away, the appliance boots: {e.Message}");
                TemplateStore.Delete(template);
                ApplianceLauncher.RememberResume(_appliance, configuration.CacheFolder, works: false);
            }

            AbandonAppliance();
            return false;
        }
    }

    // Far more than it takes on a busy machine, and little enough to wait for before the appliance boots instead.
    private TimeSpan ResumeLimit(int drives)
    {
        var limit = TimeSpan.FromSeconds(20 + drives);
        return limit < _settings.LaunchDeadline ? limit : _settings.LaunchDeadline;
    }

    /// <summary>Waits for the launch flag, before which our own daemon gets its hand-over, then asks for what only our own daemon has.</summary>
    [SyncTwin]
    private async ValueTask WaitForDaemonAsync(
        ApplianceProcess appliance, LaunchConfiguration configuration, TimeSpan limit, CancellationToken cancellationToken)
    {
        _launchTooLate = false;
        var connection = new DaemonConnection(appliance.Channel, DrainConsole)
        {
            WatchIdle = _settings.Verbose || _events.Wants(GuestEvents.Appliance),
        };
        _session = new DaemonSession(connection, _events);
        _launchLimit = limit;
        using var deadline = KillAfter(appliance, limit);
        using var cancellation = KillOn(appliance, cancellationToken);
        try
        {
            if (configuration.Appliance.TakesHandOver)
            {
                await HandOverAsync(_session, appliance, configuration, cancellationToken).ConfigureAwait(false);
                await AgreeOnExtensionsAsync(_session).ConfigureAwait(false);
            }
            else
            {
                await ExpectAsync(connection, FrameKind.Launch, cancellationToken).ConfigureAwait(false);
            }

            configuration.Timeline.Mark("extensions agreed");
        }
        catch (ProtocolException e)
        {
            throw LaunchException.Unexplained($"the appliance did not start: {e.Message}", e);
        }
        catch (ApplianceGoneException e)
        {
            throw LaunchException.Unexplained($"the appliance ended while it was being launched: {DescribeEnd()}", e);
        }
        finally
        {
            DrainConsole();
        }
    }

    [SyncTwin]
    private async ValueTask ExpectAsync(DaemonConnection connection, FrameKind kind, CancellationToken cancellationToken)
    {
        var frame = await connection.ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
        if (frame.Kind != kind)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LaunchException.Unexplained(frame.Kind == FrameKind.End
                ? $"the appliance did not start: {DescribeEnd()}"
                : $"the appliance did not start: its daemon sent {frame.Kind} before it was ready");
        }
    }

    /// <summary>Tells the daemon the time and the drives; a machine that has booted says first that it waits for that.</summary>
    [SyncTwin]
    private async ValueTask HandOverAsync(
        DaemonSession session, ApplianceProcess appliance, LaunchConfiguration configuration, CancellationToken cancellationToken)
    {
        if (appliance.ResumedFrom is null)
        {
            await ExpectAsync(session.Connection, FrameKind.AwaitsHandOver, cancellationToken).ConfigureAwait(false);
            configuration.Timeline.Mark("booted");
        }

        try
        {
            var done = await session.SendHandOverAsync(HandOverMessage.For(appliance, configuration), CancellationToken.None).ConfigureAwait(false);
            configuration.Timeline.Mark("hand-over");
            Tell($"hand-over: {string.Join(", ", done.Steps.Select(step => $"{step.Name} {step.Microseconds} µs"))}");
        }
        catch (GuestfsException e)
        {
            throw LaunchException.Unexplained($"the appliance did not start: {e.Message}", e);
        }
        catch (ApplianceGoneException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LaunchException.Unexplained($"the appliance did not start: {DescribeEnd()}");
        }
    }

    [SyncTwin]
    private async ValueTask AgreeOnExtensionsAsync(DaemonSession session)
    {
        using var hello = ExtensionHello.Request();
        if (await session.TryExtensionAsync(ExtensionHello.Procedure, hello, CancellationToken.None).ConfigureAwait(false) is { } reply)
        {
            var answer = ExtensionHello.ParseReply(reply.Span);
            session.ChunkSize = answer.ChunkSize;
            session.HasExtensions = true;
            if (_mailbox is not null)
            {
                _mailbox.Layout = answer.Mailbox;
                session.Mailbox = _mailbox;
            }

            Tell($"daemon {answer.BuildId}, chunks of {answer.ChunkSize} bytes");
        }
    }

    private LaunchConfiguration Configuration(ApplianceFiles files, OverlaySet overlays) => new()
    {
        // The original's appliances, which carry no manifest of ours, write to their root.
        Appliance = new ApplianceImage(files.Kernel, files.Initrd, files.Root, files.RootUuid.ToString())
        {
            WritesRoot = files.Manifest is null,
            TakesHandOver = files.Manifest is not null,
        },
        Templates = _settings.FindBackendSetting("no_template") is not null ? TemplateUse.Never
            : TriesResume ? TemplateUse.OnTrial
            : TemplateUse.WherePossible,
        TemporaryFolder = ChooseTemporaryFolder(),
        Drives = [.. _drives.Select((drive, index) => LaunchDriveOf(drive, index, overlays))],
        Mailbox = _mailbox?.Disk,
        MemoryMiB = _settings.MemoryMiB,
        Processors = _settings.Processors,
        Append = _settings.Append,
        Verbose = _settings.Verbose,
        Network = _settings.Network,
        Hypervisor = _settings.Hypervisor,
        Accelerator = _settings.FindBackendSetting("force_kvm") is not null ? AcceleratorChoice.Kvm
            : _settings.FindBackendSetting("force_tcg") is not null ? AcceleratorChoice.Tcg
            : AcceleratorChoice.Automatic,
        Selinux = _settings.Selinux,
        ExtraParameters = [.. _settings.ExtraParameters.Select(p => new QemuParameter(p.Parameter, p.Value))],
        CacheFolder = UsableCacheFolder,
        Deadline = _settings.LaunchDeadline,
        Warn = Warn,
        Trace = Tell,
        Progress = ReportLaunch,
    };

    private RemoteHost RemoteHost() => new()
    {
        Hypervisor = _settings.Hypervisor,
        TemporaryFolder = ChooseTemporaryFolder(),
        CacheFolder = UsableCacheFolder,
        Deadline = _settings.LaunchDeadline,
    };

    /// <summary>Resume under KVM too, to find out whether that works here.</summary>
    internal bool TriesResume { get; set; }

    /// <summary>Whether the appliance that runs was resumed from a template.</summary>
    internal bool IsResumed => _appliance?.ResumedFrom is not null;

    /// <summary>Whether the appliance that runs does so under KVM.</summary>
    internal bool IsUnderKvm => _appliance?.Plan.Accelerator == Accelerator.Kvm;

    /// <summary>Remembers for later launches whether machines that are resumed under KVM can be relied upon here.</summary>
    internal void RememberResume(bool works) =>
        ApplianceLauncher.RememberResume(_appliance ?? throw new InvalidOperationException("no appliance is running"), UsableCacheFolder, works);

    private LaunchDrive LaunchDriveOf(Drive drive, int index, OverlaySet overlays)
    {
        if (!drive.ReadOnly && drive.Image is not null)
        {
            // Again, because it may have been taken since the drive was added.
            var image = drive.Image.Layers[0].Handle;
            ImageLock.ForbidWriting(image);
            if (ImageLock.PreventsWriting(image))
            {
                throw ImageOpener.InUse(drive.Name);
            }
        }

        return DescribeDrive(drive, index, overlays);
    }

    private LaunchDrive DescribeDrive(Drive drive, int index, OverlaySet overlays) => new()
    {
        Index = index,
        Layers = drive.Image is { } image ? LayersOf(image, drive, overlays) : LayersOf(_remotes![drive], drive, overlays),
        Interface = drive.Interface switch
        {
            "virtio" => DriveInterface.Virtio,
            "ide" => DriveInterface.Ide,
            _ => DriveInterface.Scsi,
        },
        ReadOnly = drive.ReadOnly,
        Serial = drive.Label,
        Discard = drive.Discard != DriveDiscard.Disable,
        IgnoreFlushes = drive.CacheMode == DriveCacheMode.Unsafe,
        CopyOnRead = drive.CopyOnRead,
        BlockSize = drive.BlockSize,
    };

    private IReadOnlyList<ImageLayer> LayersOf(DriveImage image, Drive drive, OverlaySet overlays) =>
        drive.ReadOnly ? [overlays.Create(ChooseTemporaryFolder(), image, drive.Name), .. image.Layers] : image.Layers;

    private IReadOnlyList<ImageLayer> LayersOf(RemoteDisk disk, Drive drive, OverlaySet overlays) =>
        drive.ReadOnly
            ? [overlays.Create(ChooseTemporaryFolder(), disk.Size), new RemoteLayer(disk, ReadOnly: true)]
            : [new RemoteLayer(disk, ReadOnly: false)];

    private CancellationTokenRegistration KillOn(ApplianceProcess appliance, CancellationToken cancellationToken) =>
        cancellationToken.Register(appliance.Kill);

    private static CancellationTokenRegistration KillOn(ApplianceProcess appliance) => default;

    private Timer KillAfter(ApplianceProcess appliance, TimeSpan deadline) => new(
        _ =>
        {
            _launchTooLate = true;
            appliance.Kill();
        },
        null, deadline, Timeout.InfiniteTimeSpan);

    /// <summary>Why the appliance is gone, in one clause.</summary>
    private string DescribeEnd()
    {
        if (_launchTooLate)
        {
            return $"it was not ready after {_launchLimit.TotalSeconds:0} seconds";
        }

        // The channel closes a moment before QEMU has ended and said why.
        _appliance?.WaitForExit(EndGrace);
        return _appliance?.DescribeEnd() ?? "it was ended";
    }

    /// <summary>Ends an appliance that never became ready: another one follows in the same launch.</summary>
    private void AbandonAppliance()
    {
        Interlocked.Exchange(ref _session, null)?.Dispose();
        Interlocked.Exchange(ref _appliance, null)?.Dispose();
    }

    /// <summary>Ends the appliance if one runs: the handle goes back to CONFIG and can be launched again.</summary>
    private void EndAppliance()
    {
        var appliance = Interlocked.Exchange(ref _appliance, null);
        var session = Interlocked.Exchange(ref _session, null);
        session?.Dispose();
        Interlocked.Exchange(ref _mailbox, null)?.Dispose();
        if (appliance is null)
        {
            Interlocked.Exchange(ref _remotes, null)?.Dispose();
            _state = HandleState.Config;
            return;
        }

        // What the appliance wrote last is at the servers when it has ended.
        appliance.Dispose();
        Interlocked.Exchange(ref _remotes, null)?.Dispose();
        _state = HandleState.Config;
        _events.Raise(new GuestEvent(GuestEvents.SubprocessQuit, ""));
    }

    /// <summary>Hands on what the appliance wrote to its console since the last time.</summary>
    private void DrainConsole()
    {
        if (_appliance is not { } appliance || !appliance.Console.HasNew)
        {
            return;
        }

        if (_events.Wants(GuestEvents.Appliance))
        {
            _events.Raise(new GuestEvent(GuestEvents.Appliance, ByteString.GetString(appliance.Console.TakeNew())));
        }
        else if (_settings.Verbose)
        {
            StandardError.Write(appliance.Console.TakeNew());
        }
    }
}
