namespace VirtTools.CommandLine.Options;

/// <summary>A file system that <c>-m</c> asks to mount.</summary>
/// <param name="Mountable">Device or btrfs subvolume.</param>
/// <param name="MountPoint">Where in the guest's tree.</param>
/// <param name="Options">Mount options; null to mount read-only and nothing else.</param>
/// <param name="FilesystemType">Type such as <c>ext4</c>; null to find out.</param>
internal sealed record MountChoice(string Mountable, string MountPoint = "/", string? Options = null, string? FilesystemType = null)
{
    private const string SubvolumePrefix = "btrfsvol:";

    /// <summary>Reads <c>DEVICE[:MOUNTPOINT[:OPTIONS[:TYPE]]]</c>. The colon of <c>btrfsvol:</c> belongs to the device.</summary>
    public static MountChoice Parse(string text)
    {
        var prefix = text.StartsWith(SubvolumePrefix, StringComparison.Ordinal) ? SubvolumePrefix : "";
        var parts = text[prefix.Length..].Split(':', 4);
        return new(prefix + parts[0], parts.Length > 1 ? parts[1] : "/", parts.Length > 2 ? parts[2] : null, parts.Length > 3 ? parts[3] : null);
    }
}
