using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Launch;

/// <summary>Whom QEMU runs as when we are root: somebody that nobody else is, not even another appliance.</summary>
internal static class UnprivilegedUser
{
    // Numbers that systemd's "Users, Groups, UIDs and GIDs" lists as unused by anything.
    private const uint FirstUnused = 0x7000_0000;
    private const int UnusedBits = 24;
    private const uint Nobody = 65534;

    /// <summary>A user for one launch; null where we are not root, or where this user namespace has none to spare.</summary>
    public static uint? Choose()
    {
        if (Libc.GetEUid() != 0)
        {
            return null;
        }

        var ranges = MappedRanges();
        var lonely = FirstUnused + (uint)Random.Shared.Next(1 << UnusedBits);
        return IsMapped(ranges, lonely) ? lonely : IsMapped(ranges, Nobody) ? Nobody : null;
    }

    /// <summary>Whether that user can execute the file, and search every folder on the way to it.</summary>
    public static bool CanExecute(string path)
    {
        const uint OthersExecute = 1;
        const uint OthersRead = 4;
        if (!path.StartsWith('/') || (Descriptors.Stat(path).Permissions & (OthersExecute | OthersRead)) != (OthersExecute | OthersRead))
        {
            return false;
        }

        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if ((Descriptors.Stat(path[..slash]).Permissions & OthersExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMapped(List<(ulong First, ulong Count)> ranges, uint user) =>
        ranges.Exists(range => user >= range.First && user - range.First < range.Count);

    // Lines of three numbers: first inside, first outside, count (user_namespaces(7)).
    private static List<(ulong First, ulong Count)> MappedRanges()
    {
        using var file = Descriptors.Open("/proc/self/uid_map", OpenFlags.ReadOnly);
        var bytes = new byte[16 * 1024];
        var text = ByteString.GetString(bytes.AsSpan(0, Descriptors.ReadAt(file, bytes, 0)));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(fields => (ulong.Parse(fields[0]), ulong.Parse(fields[2])))];
    }
}
