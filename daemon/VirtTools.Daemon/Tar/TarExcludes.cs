using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Daemon.Tar;

/// <summary>Patterns of members that are left out, with all beneath them. As GNU tar matches them: the shell's wildcards, a slash like any other byte, and from any
/// slash of the name on.</summary>
internal sealed partial class TarExcludes(IReadOnlyList<string> patterns)
{
    private const int LeadingFolder = 8; // FNM_LEADING_DIR: a pattern also matches what lies beneath

    private readonly byte[][] _patterns = [.. patterns.Select(ByteString.GetTerminated)];

    /// <summary>Whether a member is left out.</summary>
    /// <param name="name">Such as <c>./usr/bin</c>.</param>
    public bool Match(string name)
    {
        if (_patterns.Length == 0)
        {
            return false;
        }

        var bytes = ByteString.GetTerminated(name);
        for (var start = 0; start >= 0; start = Next(bytes, start))
        {
            foreach (var pattern in _patterns)
            {
                if (Matches(pattern, bytes.AsSpan(start), LeadingFolder) == 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int Next(byte[] name, int start)
    {
        var slash = name.AsSpan(start).IndexOf((byte)'/');
        return slash < 0 ? -1 : start + slash + 1;
    }

    [LibraryImport("libc", EntryPoint = "fnmatch")]
    private static partial int Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name, int flags);
}
