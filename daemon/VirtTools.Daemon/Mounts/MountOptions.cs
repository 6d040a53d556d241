using VirtTools.Daemon.Native;

namespace VirtTools.Daemon.Mounts;

/// <summary>Options as mount(8) takes them after <c>-o</c>, split into the kernel's flags and what the file system reads itself.</summary>
internal readonly record struct MountOptions(MountFlags Flags, string? Rest)
{
    /// <summary>Reads a list with commas between; a comma inside double quotes (SELinux contexts) separates nothing.</summary>
    public static MountOptions Parse(string text)
    {
        var flags = MountFlags.None;
        var rest = new List<string>();
        foreach (var option in Split(text))
        {
            if (Flag(option) is { } change)
            {
                flags = change.Set ? flags | change.Flag : flags & ~change.Flag;
            }
            else
            {
                rest.Add(option);
            }
        }

        return new(flags, rest.Count == 0 ? null : string.Join(',', rest));
    }

    /// <summary>The same with one option more for the file system.</summary>
    public MountOptions With(string option) => this with { Rest = Rest is null ? option : $"{Rest},{option}" };

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"')
            {
                quoted = !quoted;
            }

            if (i == text.Length || (text[i] == ',' && !quoted))
            {
                if (i > start)
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
        }
    }

    // Options of mount(8) that are flags of mount(2); words that only mount(8) itself heeds are flags without a bit.
    private static (MountFlags Flag, bool Set)? Flag(string option) => option switch
    {
        "ro" => (MountFlags.ReadOnly, true),
        "rw" => (MountFlags.ReadOnly, false),
        "nosuid" => (MountFlags.NoSetUid, true),
        "suid" => (MountFlags.NoSetUid, false),
        "nodev" => (MountFlags.NoDevices, true),
        "dev" => (MountFlags.NoDevices, false),
        "noexec" => (MountFlags.NoExecution, true),
        "exec" => (MountFlags.NoExecution, false),
        "sync" => (MountFlags.Synchronous, true),
        "async" => (MountFlags.Synchronous, false),
        "remount" => (MountFlags.Remount, true),
        "mand" => (MountFlags.MandatoryLocks, true),
        "nomand" => (MountFlags.MandatoryLocks, false),
        "dirsync" => (MountFlags.DirectorySynchronous, true),
        "noatime" => (MountFlags.NoAccessTime, true),
        "atime" => (MountFlags.NoAccessTime, false),
        "nodiratime" => (MountFlags.NoDirectoryAccessTime, true),
        "diratime" => (MountFlags.NoDirectoryAccessTime, false),
        "relatime" => (MountFlags.RelativeAccessTime, true),
        "norelatime" => (MountFlags.RelativeAccessTime, false),
        "strictatime" => (MountFlags.StrictAccessTime, true),
        "nostrictatime" => (MountFlags.StrictAccessTime, false),
        "lazytime" => (MountFlags.LazyTime, true),
        "nolazytime" => (MountFlags.LazyTime, false),
        "bind" => (MountFlags.Bind, true),
        "rbind" => (MountFlags.Bind | MountFlags.Recursive, true),
        "silent" => (MountFlags.Silent, true),
        "loud" => (MountFlags.Silent, false),
        "defaults" or "auto" or "noauto" or "user" or "nouser" or "users" or "owner" or "group" or "_netdev" or "nofail" => (MountFlags.None, true),
        _ => null,
    };
}
