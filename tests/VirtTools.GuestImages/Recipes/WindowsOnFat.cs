using System.Text;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>A Windows XP on FAT32, which programs of the host can fill: the same bytes each time.</summary>
internal static class WindowsOnFat
{
    private const uint DiskSignature = 0x5EB1_0510;

    public static readonly Recipe Recipe = new(
        "windows-on-fat", "WindowsOnFat.cs", [Programs.Hivexregedit, Programs.MkfsVfat, Programs.Mcopy, Programs.Sfdisk, Programs.Fakeroot, Programs.Tar],
        Make) { IsReproducible = true };

    public static readonly IReadOnlyList<Fixture> Fixtures =
        [new("windows-xp-fat", "Windows XP on FAT32 in an MBR partition", new RecipeDisk(Recipe, "windows-xp-fat.img", "raw"))];

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var tree = new WindowsTree(
            "WINDOWS",
            ("ProductName", "Microsoft Windows XP"), ("CurrentVersion", "5.1"), ("CurrentBuildNumber", "2600"), ("CSDVersion", "Service Pack 3"))
        {
            Program = PortableExecutable.X86,
            Hostname = "old-pc",
            System32 = "system32",
            HiveNames = ("software", "system"),
            Drives = [('C', WindowsTree.OnMbr(DiskSignature, 1)), ('D', WindowsTree.OnOpticalDrive)],
            Programs =
            [
                new("Acrobat Reader", ("DisplayName", "Acrobat Reader 5.0"), ("DisplayVersion", "5.0"), ("Publisher", "Adobe Systems, Inc.")),
                new("KB954550", ("ParentKeyName", "OperatingSystem")),
            ],
            Files =
            [
                ("boot.ini", Encoding.ASCII.GetBytes(
                    "[boot loader]\r\ntimeout=30\r\ndefault=multi(0)disk(0)rdisk(0)partition(1)\\WINDOWS\r\n[operating systems]\r\n"
                        + "multi(0)disk(0)rdisk(0)partition(1)\\WINDOWS=\"Microsoft Windows XP Professional\" /noexecute=optin /fastdetect\r\n")),
                ("ntldr", []),
            ],
        }.Make(work);
        var image = work.Blank(36);
        Programs.MkfsVfat.Run("-F", "32", "-s", "1", "-i", "5eb10510", "-n", "XP", "--invariant", image);
        using var unpacked = new UnpackedTree(work.New(), work.Tar(tree));
        Programs.Mcopy.Run(
            ProgramInput.None with { Environment = new Dictionary<string, string> { ["MTOOLS_SKIP_CHECK"] = "1" } },
            ["-s", "-Q", "-m", "-i", image, .. Directory.EnumerateFileSystemEntries(unpacked.Path).Order(StringComparer.Ordinal), "::/"]);
        new DiskLayout("dos", $"0x{DiskSignature:x8}", 38, [new(1, 1, 36, "c", image) { Options = ", bootable" }])
            .MakeRaw(Path.Combine(folder, "windows-xp-fat.img"));
    }
}
