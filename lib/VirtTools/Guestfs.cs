using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Events;
using VirtTools.Handle;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>
/// A handle: add drives, <see cref="GuestActions.Launch"/>, then look into the guest. Every action of the API is a method.
/// A handle may be used from several threads; their calls queue.
/// </summary>
/// <example>
/// <code>
/// using var g = new Guestfs();
/// g.AddDrive("disk.qcow2", new() { ReadOnly = true });
/// g.Launch();
/// g.MountRo("/dev/sda1", "/");
/// Console.Write(g.Cat("/etc/fstab"));
/// </code>
/// </example>
public sealed partial class Guestfs : GuestActions, IDisposable, IAsyncDisposable
{
    private readonly HandleSettings _settings = new();
    private readonly EventHandlers _events = new();
    private DaemonSession? _session;
    private volatile HandleState _state = HandleState.Config;
    private volatile bool _trace;
    private volatile bool _disposed;
    private int _disposalPending;

    /// <summary>Makes a handle in the state CONFIG, configured by the environment variables of the manual.</summary>
    /// <exception cref="GuestfsException">EINVAL: an environment variable has a value that it cannot have.</exception>
    public Guestfs()
        : this(HandleEnvironment.Process)
    {
    }

    /// <summary>Makes a handle in the state CONFIG.</summary>
    /// <param name="environment">Whether the process's environment variables configure it.</param>
    /// <exception cref="GuestfsException">EINVAL: an environment variable has a value that it cannot have.</exception>
    public Guestfs(HandleEnvironment environment)
    {
        if (environment == HandleEnvironment.Process)
        {
            ApplyEnvironment(EnvironmentSettings.Lookup);
        }
    }

    /// <summary>How long <see cref="GuestActions.Launch"/> may take before it fails; five minutes unless set.</summary>
    public TimeSpan LaunchDeadline
    {
        get => _settings.LaunchDeadline;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _settings.LaunchDeadline = value;
        }
    }

    /// <summary>Calls <paramref name="handler"/> for every event of the given kinds until the result is disposed.</summary>
    /// <param name="kinds">Which events.</param>
    /// <param name="handler">
    /// Runs on the thread that runs the call. It may call <see cref="GuestActions.UserCancel"/>, <see cref="GuestActions.KillSubprocess"/> and
    /// <see cref="Dispose"/>; any other call on this handle throws <see cref="InvalidOperationException"/>. What it throws fails the call.
    /// </param>
    public IDisposable AddEventHandler(GuestEvents kinds, Action<GuestEvent> handler) => _events.Add(kinds, handler);

    /// <summary>Whether this library has the action, whatever the appliance can do.</summary>
    /// <param name="name">Name in the manual, such as <c>mount_ro</c>.</param>
    public static bool SupportsAction(string name) => ActionTable.Find(name) is { IsInternal: false };

    /// <summary>
    /// Closes the handle: unmounts and syncs what the guest has mounted (unless autosync is off), then ends the appliance.
    /// Safe at any moment, from any thread, and twice.
    /// </summary>
    /// <exception cref="GuestfsException">Writes could not be brought to the disk images; the appliance is ended all the same.</exception>
    public void Dispose()
    {
        if (!BeginDisposal())
        {
            return;
        }

        _gate.Wait();
        try
        {
            Close();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        if (!BeginDisposal())
        {
            return;
        }

        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A handle whose daemon is at the other end of a socket, without QEMU: for tests of the protocol.</summary>
    /// <param name="channel">The socket.</param>
    /// <param name="mailbox">The mailbox that the daemon has agreed on; null for none.</param>
    /// <param name="exports">Plays QEMU's block layer for a daemon with extensions; null for a daemon without.</param>
    internal static Guestfs OverSocket(System.Net.Sockets.Socket channel, Mailbox? mailbox = null, BlockAccess.IDriveExports? exports = null)
    {
        var handle = new Guestfs(HandleEnvironment.Ignored) { _exports = exports };
        handle._session = new DaemonSession(new DaemonConnection(channel, static () => { }), handle._events)
        {
            Mailbox = mailbox,
            HasExtensions = exports is not null,
        };
        handle._state = HandleState.Ready;
        return handle;
    }

    internal void ApplyEnvironment(Func<string, string?> lookup)
    {
        try
        {
            EnvironmentSettings.Apply(_settings, lookup, on => _trace = on, Warn);
        }
        catch (FormatException e)
        {
            throw new GuestfsException("parse_environment", "EINVAL", $"parse_environment: {e.Message}", e);
        }
    }

    /// <summary>True for the one caller that carries the disposal out now.</summary>
    private bool BeginDisposal()
    {
        if (_events.IsInsideHandler)
        {
            // The call whose event is being handled holds the gate: end the appliance under it and let that call finish the disposal.
            Interlocked.CompareExchange(ref _disposalPending, 1, 0);
            _appliance?.Kill();
            return false;
        }

        if (_disposed)
        {
            return false;
        }

        _disposed = true;
        return true;
    }

    /// <summary>Carries out a disposal that an event handler asked for.</summary>
    private void FinishDisposal()
    {
        if (Interlocked.CompareExchange(ref _disposalPending, 2, 1) == 1 && !_disposed)
        {
            _disposed = true;
            EndAppliance();
            ReleaseDrives();
        }
    }

    [SyncTwin]
    private async ValueTask CloseAsync()
    {
        try
        {
            _events.Raise(new GuestEvent(GuestEvents.Close, ""));
            await SynchronizeAsync().ConfigureAwait(false);
        }
        finally
        {
            EndAppliance();
            ReleaseDrives();
        }
    }

    /// <summary>Brings everything to the images; must be called with the gate held.</summary>
    [SyncTwin]
    private async ValueTask SynchronizeAsync()
    {
        // What is thrown away with its overlay needs not reach it.
        if (_state != HandleState.Ready || !_settings.Autosync || _session is null || (_drives.Count > 0 && _drives.TrueForAll(drive => drive.ReadOnly)))
        {
            return;
        }

        using var call = new DaemonCall(this, ActionDescriptors.InternalAutosync, null);
        await CallGuardedAsync(_session, call, CancellationToken.None).ConfigureAwait(false);
        call.Returned();
    }

    private void RaiseTrace(string text)
    {
        if (_events.Wants(GuestEvents.Trace))
        {
            _events.Raise(new GuestEvent(GuestEvents.Trace, text));
        }
        else
        {
            StandardError.WriteLine($"libguestfs: trace: {text}");
        }
    }

    private void Warn(string message)
    {
        if (_events.Wants(GuestEvents.Warning))
        {
            _events.Raise(new GuestEvent(GuestEvents.Warning, message));
        }
        else
        {
            StandardError.WriteLine($"{_settings.Program}: warning: {message}");
        }
    }

    /// <summary>Tells what the library does, to whom listens, or to stderr in verbose mode.</summary>
    private void Tell(string message)
    {
        if (_events.Wants(GuestEvents.Library))
        {
            _events.Raise(new GuestEvent(GuestEvents.Library, message));
        }
        else if (_settings.Verbose)
        {
            StandardError.WriteLine($"libguestfs: {message}");
        }
    }
}

/// <summary>Whether environment variables configure a new handle.</summary>
public enum HandleEnvironment
{
    /// <summary>The variables of the manual's section ENVIRONMENT VARIABLES are read from the process's environment.</summary>
    Process,

    /// <summary>They are not read.</summary>
    Ignored,
}
