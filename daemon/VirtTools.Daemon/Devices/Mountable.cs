using VirtTools.Dispatch;

namespace VirtTools.Daemon.Devices;

/// <summary>What can be mounted: a device, or a subvolume of a btrfs on it (<c>btrfsvol:/dev/sda1/name</c>).</summary>
/// <param name="Device">The device, by the kernel's name.</param>
/// <param name="Subvolume">Path of the subvolume, null for the whole file system.</param>
internal readonly record struct Mountable(string Device, string? Subvolume)
{
    private const string Prefix = "btrfsvol:";

    /// <summary>Whether the text names a subvolume.</summary>
    public static bool IsSubvolume(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a mountable. Where the device ends and the subvolume begins is told by <paramref name="exists"/>, since both have slashes.</summary>
    /// <param name="resolve">From the name of a device to the kernel's name; null where there is no such device.</param>
    /// <exception cref="DaemonException">ENOENT: there is no such device.</exception>
    public static Mountable Parse(string text, Func<string, string?> resolve)
    {
        if (!IsSubvolume(text))
        {
            return new(resolve(text) ?? throw new DaemonException("ENOENT", $"{text}: no such device"), null);
        }

        var rest = text[Prefix.Length..];
        for (var slash = rest.IndexOf('/', "/dev/".Length < rest.Length ? "/dev/".Length : 0); slash > 0; slash = rest.IndexOf('/', slash + 1))
        {
            if (resolve(rest[..slash]) is { } device)
            {
                return new(device, rest[(slash + 1)..]);
            }
        }

        throw new DaemonException("ENOENT", $"{text}: no such device with a btrfs subvolume");
    }

    public override string ToString() => Subvolume is null ? Device : $"{Prefix}{Device}/{Subvolume}";
}
