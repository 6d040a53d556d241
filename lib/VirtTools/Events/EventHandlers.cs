namespace VirtTools.Events;

/// <summary>
/// The handlers of one handle. They run in the order of registration on the thread that runs the call; what a handler throws is kept and
/// fails that call once the exchange with the appliance is complete.
/// </summary>
internal sealed class EventHandlers
{
    private static readonly AsyncLocal<HandlerScope?> s_scope = new();

    private readonly Lock _lock = new();
    private Registration[] _registrations = [];
    private GuestEvents _wanted;

    /// <summary>Whether the code that runs now was called by a handler of these events.</summary>
    public bool IsInsideHandler => s_scope.Value is { Active: true } scope && scope.Owner == this;

    /// <summary>What a handler threw since the last <see cref="TakeFailure"/>.</summary>
    private Exception? _failure;

    public bool Wants(GuestEvents kind) => (_wanted & kind) != 0;

    public bool HasFailed => _failure is not null;

    public IDisposable Add(GuestEvents kinds, Action<GuestEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var registration = new Registration(this, kinds, handler);
        Replace([.. _registrations, registration]);
        return registration;
    }

    public void Raise(GuestEvent occurrence)
    {
        if (!Wants(occurrence.Kind))
        {
            return;
        }

        var scope = new HandlerScope(this);
        var outer = s_scope.Value;
        s_scope.Value = scope;
        try
        {
            foreach (var registration in _registrations)
            {
                registration.Call(occurrence, ref _failure);
            }
        }
        finally
        {
            scope.Active = false;
            s_scope.Value = outer;
        }
    }

    /// <summary>What a handler threw during this call; forgets it.</summary>
    public Exception? TakeFailure() => Interlocked.Exchange(ref _failure, null);

    private void Replace(Registration[] registrations)
    {
        lock (_lock)
        {
            _registrations = registrations;
            _wanted = registrations.Aggregate(GuestEvents.None, (mask, r) => mask | r.Kinds);
        }
    }

    private sealed class HandlerScope(EventHandlers owner)
    {
        public EventHandlers Owner { get; } = owner;

        /// <summary>False once the handler has returned, so that a task it left behind may use the handle.</summary>
        public bool Active { get; set; } = true;
    }

    private sealed class Registration(EventHandlers owner, GuestEvents kinds, Action<GuestEvent> handler) : IDisposable
    {
        public GuestEvents Kinds { get; } = kinds;

        public void Call(GuestEvent occurrence, ref Exception? failure)
        {
            if ((Kinds & occurrence.Kind) == 0)
            {
                return;
            }

            try
            {
                handler(occurrence);
            }
            catch (Exception e)
            {
                // The connection must stay in step: the exception fails the call after its reply has been read.
                failure ??= e;
            }
        }

        public void Dispose() => owner.Replace([.. owner._registrations.Where(r => r != this)]);
    }
}
