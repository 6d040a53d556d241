namespace VirtTools.Appliance;

/// <summary>What goes into an appliance: packages, kernel modules, configuration. Everything here is covered by the build id.</summary>
internal static partial class ApplianceRecipe
{
    /// <summary>Raised when the builder itself changes what it makes of the same packages.</summary>
    public const int Revision = 3;

    /// <summary>The Debian release an appliance is made from.</summary>
    public const string Suite = "bookworm";

    /// <summary>The Debian architecture an appliance is made for.</summary>
    public const string Architecture = "amd64";

    /// <summary>The generic kernel: the cloud kernel lacks vmgenid, f2fs, hfsplus, ufs, jfs and LDM.</summary>
    public const string KernelPackage = "linux-image-amd64";

    /// <summary>
    /// Packages whose programs or libraries the actions use; their dependencies come with them unless <see cref="IsDropped"/> says otherwise.
    /// </summary>
    public static IReadOnlyList<string> Packages { get; } =
    [
        // The base every other program stands on.
        "base-files", "libc6", "libc-bin", "dash", "bash", "coreutils", "findutils", "grep", "sed", "diffutils", "util-linux", "mount", "kmod",
        "bsdextrautils", "uuid-runtime", "file", "libmagic-mgc",
        // Archives and compression.
        "tar", "cpio", "gzip", "bzip2", "xz-utils", "zstd", "lzop", "ncompress", "rsync",
        // Partitions, volume management, encryption.
        "parted", "gdisk", "fdisk", "lvm2", "dmsetup", "mdadm", "ldmtool", "bcache-tools", "cryptsetup-bin",
        // File systems.
        "e2fsprogs", "xfsprogs", "btrfs-progs", "dosfstools", "exfatprogs", "ntfs-3g", "f2fs-tools", "hfsplus", "jfsutils", "nilfs-tools",
        "reiserfsprogs", "squashfs-tools", "udftools", "gfs2-utils", "ocfs2-tools", "zerofree", "scrub",
        // Boot loaders.
        "extlinux", "syslinux", "mtools", "grub2-common", "grub-pc-bin",
        // What is inside a guest: packages, registry, configuration, labels, deleted files, journals.
        "rpm", "binutils", "policycoreutils", "sleuthkit", "augeas-lenses", "libaugeas0", "libhivex0", "libacl1", "libcap2", "libselinux1",
        "libsystemd0", "libtsk19", "libyara9",
    ];

    /// <summary>
    /// Dependencies that are left out: interpreters and installation machinery that no action runs. That no remaining program needs a
    /// library of theirs is checked at the end of each build.
    /// </summary>
    public static bool IsDropped(string package) =>
        Dropped.Contains(package) || DroppedPrefixes.Any(prefix => package.StartsWith(prefix, StringComparison.Ordinal));

    private static readonly string[] DroppedPrefixes =
    [
        "perl", "libperl", "python3", "libpython3", "debconf", "initramfs-tools", "linux-image-amd64", "klibc", "libpam-modules",
    ];

    private static readonly HashSet<string> Dropped =
    [
        "adduser", "binutils-common", "cracklib-runtime", "debianutils", "debugedit", "dmeventd", "dmidecode", "dpkg", "fuse3", "gettext-base",
        "grub-common", "init-system-helpers", "libarchive13", "libaudit-common", "libdate-manip-perl", "libdb5.3", "libdbus-1-3",
        "libfile-find-rule-perl", "libfreetype6", "libfuse2", "libfuse3-3", "libgdbm-compat4", "libgdbm6", "libgprofng0", "libklibc",
        "liblvm2cmd2.03", "libnsl2", "libnumber-compare-perl", "libpng16-16", "libsasl2-modules-db", "libsemanage-common",
        "libtext-glob-perl", "libtirpc-common", "libtirpc3", "linux-base", "logsave", "media-types", "passwd", "psmisc", "readline-common",
        "rpm2cpio", "selinux-utils", "sysvinit-utils", "udev", "usrmerge", "usr-is-merged", "util-linux-extra",
    ];

    /// <summary>Whether a file of a package (its path from the root, after the merge of / and /usr) goes into the root file system.</summary>
    public static bool Keeps(string path)
    {
        if (DroppedFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) || DroppedFiles.Contains(path))
        {
            return false;
        }

        var name = Path.GetFileName(path);
        if (path.StartsWith(ConverterFolder, StringComparison.Ordinal) && name.EndsWith(".so", StringComparison.Ordinal))
        {
            return Converters.Contains(name);
        }

        // Of binutils only strings(1) is run.
        return !name.StartsWith("x86_64-linux-gnu-", StringComparison.Ordinal) || name == "x86_64-linux-gnu-strings";
    }

    private const string ConverterFolder = "/usr/lib/x86_64-linux-gnu/gconv/";

    // What registry hives, FAT labels and UDF names are written in; the rest of iconv's 250 character sets goes.
    private static readonly HashSet<string> Converters =
    [
        "CP437.so", "CP850.so", "CP852.so", "CP866.so", "CP932.so", "CP1250.so", "CP1251.so", "CP1252.so", "IBM437.so", "IBM850.so", "IBM852.so", "IBM866.so",
        "ISO8859-1.so", "ISO8859-15.so", "UNICODE.so", "UTF-16.so", "UTF-32.so", "UTF-7.so",
    ];

    private static readonly string[] DroppedFolders =
    [
        "/boot/", "/etc/cron", "/etc/init.d/", "/etc/initramfs-tools/", "/etc/kernel/", "/etc/logcheck/", "/etc/pam.d/", "/etc/rc",
        "/etc/dbus-1/", "/etc/default/", "/etc/grub.d/", "/etc/update-motd.d/", "/etc/apt/", "/etc/profile", "/etc/skel/", "/etc/security/",
        "/usr/lib/bfd-plugins/", "/usr/lib/binfmt.d/", "/usr/lib/compat-ld/", "/usr/lib/dracut/", "/usr/lib/gold-ld/", "/usr/lib/grub-legacy/",
        "/usr/lib/systemd/", "/usr/lib/udev/", "/usr/lib/tmpfiles.d/", "/usr/lib/x86_64-linux-gnu/perl", "/usr/lib/x86_64-linux-gnu/ldscripts/",
        "/usr/lib/x86_64-linux-gnu/gprofng/", "/usr/lib/x86_64-linux-gnu/rpm-plugins/", "/usr/lib/x86_64-linux-gnu/audit/", "/usr/share/apport/", "/usr/share/bash-completion/",
        "/usr/share/bug/", "/usr/share/doc/", "/usr/share/doc-base/", "/usr/share/gdb/", "/usr/share/i18n/", "/usr/share/icons/",
        "/usr/share/info/", "/usr/share/initramfs-tools/", "/usr/share/lintian/", "/usr/share/locale/", "/usr/share/man/", "/usr/share/menu/",
        "/usr/share/mime/", "/usr/share/perl", "/usr/share/pixmaps/", "/usr/share/polkit-1/", "/usr/share/python3/", "/usr/share/zsh/",
        "/usr/share/common-licenses/", "/usr/share/base-files/", "/usr/share/applications/", "/usr/share/dict/", "/usr/include/",
        "/usr/src/", "/var/lib/dpkg/", "/var/lock/", "/var/run/", "/usr/share/gcc/", "/usr/share/gettext/",
    ];

    private static readonly HashSet<string> DroppedFiles =
    [
        // The only user of ICU's larger half; the daemon has no action for it.
        "/usr/sbin/xfs_scrub", "/usr/lib/x86_64-linux-gnu/libicui18n.so.72", "/usr/lib/x86_64-linux-gnu/libicui18n.so.72.1",
        "/usr/lib/x86_64-linux-gnu/libicuio.so.72", "/usr/lib/x86_64-linux-gnu/libicuio.so.72.1",
        "/usr/lib/x86_64-linux-gnu/libicutest.so.72", "/usr/lib/x86_64-linux-gnu/libicutest.so.72.1",
        "/usr/lib/x86_64-linux-gnu/libicutu.so.72", "/usr/lib/x86_64-linux-gnu/libicutu.so.72.1",
        "/usr/sbin/dmeventd", "/usr/bin/gp-archive", "/usr/bin/gprofng",
    ];
}
