namespace VirtTools.CommandLine.Guests;

/// <summary>What a command may do to the images of a guest.</summary>
internal enum GuestAccess
{
    /// <summary>Look at them; whatever is written goes to a throw-away overlay.</summary>
    ReadOnly,

    /// <summary>Change them; an image that is in use is refused.</summary>
    ReadWrite,
}
