namespace VirtTools.CommandLine.Keys;

/// <summary>An encrypted device that stays closed.</summary>
/// <param name="Device">The device.</param>
/// <param name="Reason">Why, as a sentence that begins with "is encrypted".</param>
internal sealed record LockedDevice(EncryptedDevice Device, string Reason)
{
    /// <summary>The sentence with the device.</summary>
    public override string ToString() => $"{Device.Name} {Reason}";
}
