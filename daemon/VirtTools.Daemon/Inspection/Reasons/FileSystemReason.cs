namespace VirtTools.Daemon.Inspection.Reasons;

/// <summary>Why there is no operating system on a device.</summary>
/// <param name="Device">By the API's name.</param>
/// <param name="Type">What libblkid takes it for; <c>unknown</c> where it knows nothing.</param>
/// <param name="Code">One of <see cref="ReasonCode"/>.</param>
/// <param name="Detail">What else there is to say; may be empty.</param>
internal sealed record FileSystemReason(string Device, string Type, string Code, string Detail);

/// <summary>The reasons, as the library knows them (docs/protocol.md).</summary>
internal static class ReasonCode
{
    public const string Luks1 = "luks1";
    public const string Luks2 = "luks2";
    public const string BitLocker = "bitlocker";
    public const string Swap = "swap";
    public const string PhysicalVolume = "lvm-member";
    public const string ArrayMember = "array-member";
    public const string Empty = "empty";
    public const string Unknown = "unknown";
    public const string Feature = "feature";
    public const string Hibernated = "hibernated";
    public const string Dirty = "dirty";
    public const string Unmountable = "unmountable";
    public const string NoSystem = "no-system";
}
