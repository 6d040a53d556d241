namespace VirtTools.Handle;

/// <summary>The states of a handle (manual, STATE MACHINE); numbers as <c>get_state</c> gives them.</summary>
internal enum HandleState
{
    /// <summary>Drives and settings can be changed; no appliance runs.</summary>
    Config = 0,

    /// <summary>The appliance starts.</summary>
    Launching = 1,

    /// <summary>Calls are possible.</summary>
    Ready = 2,

    /// <summary>A call runs.</summary>
    Busy = 3,
}
