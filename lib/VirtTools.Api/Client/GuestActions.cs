using VirtTools.Wire;

namespace VirtTools;

/// <summary>
/// Every action of the API as a method: a synchronous one and, where it may wait for the appliance, an asynchronous one.
/// The methods are generated from the declarations; the handle carries them out.
/// </summary>
public abstract partial class GuestActions
{
    private protected GuestActions()
    {
    }

    /// <summary>Starts a call of the daemon; writes the trace when somebody listens.</summary>
    internal abstract DaemonCall NewCall(ActionDescriptor action);

    /// <summary>Starts an action of the library itself.</summary>
    internal abstract DaemonCall BeginLibraryAction(ActionDescriptor action);

    /// <summary>Sends a call and waits for its reply's body, which stays as it is when the next call begins.</summary>
    internal abstract ReadOnlyMemory<byte> Invoke(DaemonCall call);

    /// <inheritdoc cref="Invoke"/>
    internal abstract Task<ReadOnlyMemory<byte>> InvokeAsync(DaemonCall call, CancellationToken cancellationToken);

    /// <summary>Ends the appliance, whose reply is not what the action returns, and says so.</summary>
    internal abstract GuestfsException BrokenReply(ActionDescriptor action, ProtocolException failure);

    /// <summary>Reports a traced call of the library with its arguments.</summary>
    internal abstract void TraceCall(CallTrace trace);

    /// <summary>Reports the result of a traced call.</summary>
    internal abstract void TraceResult(string text);
}
