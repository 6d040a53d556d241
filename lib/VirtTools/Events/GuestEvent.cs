namespace VirtTools;

/// <summary>Kinds of events, as a mask (manual, EVENTS).</summary>
[Flags]
public enum GuestEvents
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The handle is about to be closed.</summary>
    Close = 0x0001,

    /// <summary>The appliance has ended, asked for or not.</summary>
    SubprocessQuit = 0x0002,

    /// <summary>The appliance is ready for calls.</summary>
    LaunchDone = 0x0004,

    /// <summary>A long call has come further.</summary>
    Progress = 0x0008,

    /// <summary>The appliance wrote to its console.</summary>
    Appliance = 0x0010,

    /// <summary>The library tells what it does (in verbose mode).</summary>
    Library = 0x0020,

    /// <summary>A call begins or ends (in trace mode).</summary>
    Trace = 0x0040,

    /// <summary>An action is entered; the message is its name.</summary>
    Enter = 0x0080,

    /// <summary>The original asks for libvirt credentials with it; never raised here.</summary>
    LibvirtAuth = 0x0100,

    /// <summary>Something is odd, but the call goes on.</summary>
    Warning = 0x0200,

    /// <summary>All of them.</summary>
    All = 0x03FF,
}

/// <summary>How far a call has come.</summary>
/// <param name="Action">Name of the action, or its procedure number as text where this library does not know it.</param>
/// <param name="Position">Work done.</param>
/// <param name="Total">All the work; both numbers only have meaning as a ratio.</param>
public sealed record CallProgress(string Action, ulong Position, ulong Total);

/// <summary>One event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Message">Text of the event; console output of the appliance as lossless text; empty where there is none.</param>
/// <param name="Progress">Only for <see cref="GuestEvents.Progress"/>.</param>
public sealed record GuestEvent(GuestEvents Kind, string Message, CallProgress? Progress = null);
