using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Handle;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>How calls reach the daemon: one at a time, in the order in which threads ask.</summary>
public sealed partial class Guestfs
{
    /// <summary>How long a transfer may take to stop after its token was cancelled, before the appliance is ended.</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Tells one call from the next: who waits for the end of a call must not mistake another for it.</summary>
    private long _callsBegun;

    internal override DaemonCall NewCall(ActionDescriptor action)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RefuseInsideHandler(action);
        return Begin(action);
    }

    internal override DaemonCall BeginLibraryAction(ActionDescriptor action)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (action != ActionDescriptors.UserCancel && action != ActionDescriptors.KillSubprocess)
        {
            RefuseInsideHandler(action);
        }

        if (action.IsConfigOnly && _state != HandleState.Config)
        {
            throw Error(action, "EINVAL", "this can only be set before launch");
        }

        return Begin(action);
    }

    internal override GuestfsException BrokenReply(ActionDescriptor action, ProtocolException failure)
    {
        KillSubprocessCore();
        return BrokenProtocol(action.Name, failure);
    }

    internal override void TraceCall(CallTrace trace) => RaiseTrace(trace.Text);

    internal override void TraceResult(string text) => RaiseTrace(text);

    [SyncTwin]
    internal override async Task<ReadOnlyMemory<byte>> InvokeAsync(DaemonCall call, CancellationToken cancellationToken)
    {
        if (call.Trace is not null)
        {
            TraceCall(call.Trace);
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var session = RequireReady(call.Action);
            _state = HandleState.Busy;
            var reply = await CallGuardedAsync(session, call, cancellationToken).ConfigureAwait(false);
            ThrowHandlerFailure(call.Action);
            return reply;
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

    private static GuestfsException Error(ActionDescriptor action, string? errnoName, string message) =>
        new(action.Name, errnoName, $"{action.Name}: {message}");

    /// <summary>Takes note that the appliance is gone.</summary>
    /// <returns>The failure of what was being done.</returns>
    private GuestfsException EndedAppliance(string action)
    {
        var reason = DescribeEnd();
        EndAppliance();
        return new(action, "ENOTCONN", $"{action}: the appliance ended unexpectedly: {reason}; with LIBGUESTFS_DEBUG=1 its console is shown");
    }

    private static GuestfsException BrokenProtocol(string action, ProtocolException failure) =>
        new(action, "EPROTO", $"{action}: the appliance broke the protocol and was ended: {failure.Message}; virt-appliance build makes one that belongs to this version", failure);

    private DaemonCall Begin(ActionDescriptor action)
    {
        if (_events.Wants(GuestEvents.Enter))
        {
            _events.Raise(new GuestEvent(GuestEvents.Enter, action.Name));
        }

        return new DaemonCall(this, action, _trace ? new CallTrace(action.Name) : null);
    }

    private void RefuseInsideHandler(ActionDescriptor action)
    {
        if (_events.IsInsideHandler)
        {
            throw new InvalidOperationException(
                $"{action.Name}: an event handler may only call UserCancel, KillSubprocess and Dispose on the handle whose event it handles");
        }
    }

    private DaemonSession RequireReady(ActionDescriptor action) =>
        _session is { } session && _state is HandleState.Ready or HandleState.Busy
            ? _session!
            : throw Error(action, "EINVAL", _state == HandleState.Launching
                ? "the appliance is still being launched"
                : "call launch before using this function");

    /// <summary>Carries out the call and turns what can happen to the appliance in its middle into one exception and the state CONFIG.</summary>
    [SyncTwin]
    private async ValueTask<ReadOnlyMemory<byte>> CallGuardedAsync(DaemonSession session, DaemonCall call, CancellationToken cancellationToken)
    {
        session.ClearCancel();
        Interlocked.Increment(ref _callsBegun);
        using var cancellation = CancelOn(session, call.Action, cancellationToken);
        try
        {
            return await TryBesideGuestAsync(session, call, CancellationToken.None).ConfigureAwait(false)
                ? ReadOnlyMemory<byte>.Empty
                : await session.CallAsync(call, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ApplianceGoneException)
        {
            var ended = EndedAppliance(call.Action.Name);
            cancellationToken.ThrowIfCancellationRequested();
            throw ended;
        }
        catch (ProtocolException e)
        {
            EndAppliance();
            throw BrokenProtocol(call.Action.Name, e);
        }
        catch (GuestfsException e) when (e.ErrnoName == "EINTR")
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        catch (GuestfsException e) when (_remotes is not null)
        {
            throw WithLostServer(e);
        }
        finally
        {
            DrainConsole();
        }
    }

    /// <summary>
    /// A token stops a transfer as the user would. Any other call cannot be stopped in the appliance, nor its reply be left unread, so the
    /// appliance is ended.
    /// </summary>
    private CancellationTokenRegistration CancelOn(DaemonSession session, ActionDescriptor action, CancellationToken cancellationToken) =>
        cancellationToken.Register(() =>
        {
            if (!action.HasFileIn && !action.HasFileOut)
            {
                _appliance?.Kill();
                return;
            }

            session.RequestCancel();
            var appliance = _appliance;
            var call = Volatile.Read(ref _callsBegun);
            _ = KillLaterAsync();

            async Task KillLaterAsync()
            {
                await Task.Delay(CancelGrace, CancellationToken.None).ConfigureAwait(false);
                if (_state == HandleState.Busy && session == _session && call == Volatile.Read(ref _callsBegun))
                {
                    appliance?.Kill();
                }
            }
        });

    /// <summary>A synchronous call has no token.</summary>
    private static CancellationTokenRegistration CancelOn(DaemonSession session, ActionDescriptor action) => default;

    private void ThrowHandlerFailure(ActionDescriptor action)
    {
        if (_events.TakeFailure() is { } failure)
        {
            throw new GuestfsException(action.Name, null, $"{action.Name}: an event handler failed: {failure.Message}", failure);
        }
    }
}
