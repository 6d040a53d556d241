namespace VirtTools.Generator;

/// <summary>What the comment of a parameter says when the declaration leaves it to the parameter's role.</summary>
internal static class ParameterDoc
{
    /// <summary>The comment, or null where the role does not say enough.</summary>
    public static string? Of(Role role, WireKind kind) => (role, kind) switch
    {
        (Role.Pathname, WireKind.StringList) => "Absolute paths in the guest.",
        (Role.Pathname, _) => "Absolute path in the guest.",
        (Role.Device, WireKind.StringList) => "Block devices of the guest, such as <c>/dev/sda1</c>.",
        (Role.Device, _) => "Block device of the guest, such as <c>/dev/sda1</c>.",
        (Role.Mountable, _) => "Block device, or btrfs subvolume as <c>btrfsvol:/dev/sda1/name</c>.",
        (Role.DeviceOrPath, _) => "Block device, or absolute path in the guest.",
        (Role.MountableOrPath, _) => "Block device, btrfs subvolume, or absolute path in the guest.",
        (Role.Key, _) => "Passphrase; it is never logged or traced.",
        (Role.GuidText, _) => "GUID, such as <c>01234567-89AB-CDEF-0123-456789ABCDEF</c>.",
        (_, WireKind.Bytes) => "The content.",
        _ => null,
    };
}
