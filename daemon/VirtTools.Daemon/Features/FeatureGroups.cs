using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Features;

/// <summary>Whether the appliance has what a group of actions needs (manual, AVAILABILITY; names from tests/facts/optgroups.json).</summary>
internal sealed class FeatureGroups
{
    /// <summary>Every group, in alphabetical order.</summary>
    public static readonly string[] Names =
    [
        "acl", "augeas", "blkdiscard", "blkdiscardzeroes", "btrfs", "clevisluks", "extlinux", "f2fs", "fstrim", "gdisk", "grub", "hivex",
        "inotify", "journal", "ldm", "libtsk", "libyara", "linuxcaps", "linuxfsuuid", "linuxmodules", "linuxxattrs", "luks", "lvm2", "mdadm",
        "mknod", "ntfs3g", "ntfsprogs", "realpath", "rsync", "scrub", "selinux", "selinuxrelabel", "sleuthkit", "squashfs", "syslinux",
        "wipefs", "xfs", "xz", "zerofree",
    ];

    private readonly Dictionary<string, bool> _known = [];

    /// <summary>Whether the actions of the group work here; false for a group that does not exist.</summary>
    public bool IsAvailable(string group)
    {
        if (!_known.TryGetValue(group, out var available))
        {
            available = Requirement(group) is { } requirement && requirement.IsMet();
            _known[group] = available;
        }

        return available;
    }

    /// <summary>Whether there is a group of that name.</summary>
    public static bool Exists(string group) => Requirement(group) is not null;

    /// <summary>Whether the kernel knows a type of file system, after loading its module if need be.</summary>
    public static bool KernelKnows(string fileSystem) => FileSystemTypes.IsKnown(fileSystem) || FileSystemTypes.LoadModule(fileSystem);

    private static Need? Requirement(string group) => group switch
    {
        "blkdiscard" or "blkdiscardzeroes" or "inotify" or "linuxfsuuid" or "linuxxattrs" or "mknod" or "augeas" or "realpath" => Need.Nothing,
        "acl" => Need.OfLibrary("libacl.so.1"),
        "hivex" => Need.OfLibrary("libhivex.so.0"),
        "journal" => Need.OfLibrary("libsystemd.so.0"),
        "libtsk" => Need.OfLibrary("libtsk.so.19"),
        "libyara" => Need.OfLibrary("libyara.so.9"),
        "linuxcaps" => Need.OfLibrary("libcap.so.2"),
        "selinux" => Need.OfLibrary("libselinux.so.1"),
        "btrfs" => new Need("btrfs", null, "btrfs"),
        "clevisluks" => Need.OfProgram("clevis-luks-unlock"),
        "extlinux" => Need.OfProgram("extlinux"),
        "f2fs" => Need.OfProgram("resize.f2fs"),
        "fstrim" => Need.OfProgram("fstrim"),
        "gdisk" => Need.OfProgram("sgdisk"),
        "grub" => Need.OfProgram("grub-install"),
        "ldm" => Need.OfProgram("ldmtool"),
        "linuxmodules" => Need.OfProgram("modprobe"),
        "luks" => Need.OfProgram("cryptsetup"),
        "lvm2" => Need.OfProgram("lvm"),
        "mdadm" => Need.OfProgram("mdadm"),
        "ntfs3g" => Need.OfProgram("ntfs-3g.probe"),
        "ntfsprogs" => Need.OfProgram("ntfsresize"),
        "rsync" => Need.OfProgram("rsync"),
        "scrub" => Need.OfProgram("scrub"),
        "selinuxrelabel" => Need.OfProgram("setfiles"),
        "sleuthkit" => Need.OfProgram("icat"),
        "squashfs" => Need.OfProgram("mksquashfs"),
        "syslinux" => Need.OfProgram("syslinux"),
        "wipefs" => Need.OfProgram("wipefs"),
        "xfs" => Need.OfProgram("mkfs.xfs"),
        "xz" => Need.OfProgram("xz"),
        "zerofree" => Need.OfProgram("zerofree"),
        _ => null,
    };

    private sealed record Need(string? Program, string? Library, string? FileSystem)
    {
        private static readonly string[] LibraryFolders = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];

        public static readonly Need Nothing = new(null, null, null);

        public static Need OfProgram(string name) => new(name, null, null);

        public static Need OfLibrary(string name) => new(null, name, null);

        public bool IsMet() =>
            (Program is null || Programs.ProgramRunner.Find(Program) is not null)
            && (Library is null || LibraryFolders.Any(folder => Descriptors.TryStat($"{folder}/{Library}") is not null))
            && (FileSystem is null || KernelKnows(FileSystem));
    }
}
