using VirtTools.Daemon.Inspection.Linux;

namespace VirtTools.Daemon.Inspection.Others;

/// <summary>Recognises the system drive of FreeDOS and MS-DOS. It lies on FAT, so the letters of names may be large or small.</summary>
internal static class DosRoot
{
    // FreeDOS runs on a 16-bit processor too, but who installs it today has another.
    private const string Processor = "i386";

    private static readonly string[] FileSystems = ["vfat", "msdos"];

    private static readonly (string Distribution, string Name, string[] Files)[] Known =
    [
        ("freedos", "FreeDOS", ["/FDOS/FREEDOS.BSS"]),
        ("freedos", "FreeDOS", ["/KERNEL.SYS", "/FDCONFIG.SYS"]),
        ("freedos", "FreeDOS", ["/KERNEL.SYS", "/FDAUTO.BAT"]),
        ("msdos", "MS-DOS", ["/IO.SYS", "/MSDOS.SYS", "/COMMAND.COM"]),
        ("msdos", "PC DOS", ["/IBMBIO.COM", "/IBMDOS.COM", "/COMMAND.COM"]),
    ];

    /// <summary>Looks at a mounted file system of a type.</summary>
    /// <returns>Null where it is no such drive.</returns>
    public static InspectedSystem? Recognise(GuestFiles files, string type)
    {
        if (!FileSystems.Contains(type)
            || Array.Find(Known, known => Array.TrueForAll(known.Files, files.IsFile)) is not { Name: { } name } found)
        {
            return null;
        }

        return new()
        {
            Type = "dos",
            Distribution = Distribution.Named(found.Distribution),
            ProductName = name,
            Architecture = Processor,
        };
    }
}
