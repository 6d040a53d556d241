namespace VirtTools.Fixtures.Building;

/// <summary>Every program of the host that a recipe may run.</summary>
public static class Programs
{
    public static readonly HostProgram Chmod = new("chmod", "coreutils");
    public static readonly HostProgram Debugfs = new("debugfs", "e2fsprogs");
    public static readonly HostProgram Dumpe2fs = new("dumpe2fs", "e2fsprogs");
    public static readonly HostProgram E2fsck = new("e2fsck", "e2fsprogs");
    public static readonly HostProgram Fakechroot = new("fakechroot", "fakechroot");
    public static readonly HostProgram Fakeroot = new("fakeroot", "fakeroot");
    public static readonly HostProgram Guestfish = new("guestfish", "guestfish");
    public static readonly HostProgram Hivexregedit = new("hivexregedit", "libwin-hivex-perl");
    public static readonly HostProgram Mcopy = new("mcopy", "mtools");
    public static readonly HostProgram MkfsVfat = new("mkfs.vfat", "dosfstools");
    public static readonly HostProgram Mkudffs = new("mkudffs", "udftools");
    public static readonly HostProgram Sqfstar = new("sqfstar", "squashfs-tools");
    public static readonly HostProgram Xorriso = new("xorriso", "xorriso");
    public static readonly HostProgram Mke2fs = new("mke2fs", "e2fsprogs");
    public static readonly HostProgram MakeFifo = new("mkfifo", "coreutils");
    public static readonly HostProgram Mkswap = new("mkswap", "util-linux");
    public static readonly HostProgram Mmdebstrap = new("mmdebstrap", "mmdebstrap");
    public static readonly HostProgram QemuImg = new("qemu-img", "qemu-utils");
    public static readonly HostProgram Rm = new("rm", "coreutils");
    public static readonly HostProgram Sfdisk = new("sfdisk", "fdisk");
    public static readonly HostProgram Tar = new("tar", "tar");

    private static readonly HostProgram DpkgQuery = new("dpkg-query", "dpkg");

    /// <summary>The versions of the packages that hold these programs, one a line; "?" where dpkg does not know them.</summary>
    public static string Versions(IEnumerable<HostProgram> programs)
    {
        var packages = programs.Select(program => program.Package).Distinct().Order(StringComparer.Ordinal).ToList();
        if (packages.Count == 0)
            return "";
        if (DpkgQuery.Path is null)
            return string.Join('\n', packages.Select(package => $"{package} ?"));
        return DpkgQuery.TryRun(ProgramInput.None, ["-W", "-f", "${Package} ${Version}\\n", .. packages]).Text;
    }
}
