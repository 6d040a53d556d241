using System.Text;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>
/// Guests laid out like a Windows on NTFS, their registries made by hivex, their file systems filled by one run of the original's guestfish. NTFS
/// numbers itself anew each time, so the bytes differ.
/// </summary>
internal static class WindowsZoo
{
    private const string EfiType = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
    private const string ReservedType = "E3C9E316-0B5C-4DB8-817D-F92DF00215AE";
    private const string BasicType = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7";
    private const string RecoveryType = "DE94BBA4-06D1-4D40-A16A-BFD50179D6AC";

    // Small, and large enough for mkntfs.
    private const int SystemSize = 16;

    public static readonly Recipe Recipe = new(
        "windows-zoo", "WindowsZoo.cs", [Programs.Guestfish, Programs.Hivexregedit, Programs.Sfdisk], Make);

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("windows-xp", "Windows XP on NTFS, a data partition as drive E"),
        Raw("windows-2003", "Windows Server 2003 in a folder that only boot.ini names"),
        Raw("windows-7", "Windows 7: System Reserved and C on an MBR disk"),
        Raw("windows-10", "Windows 10 on a GPT disk: EFI, reserved, C, recovery"),
        Raw("windows-11", "Windows 11 on a GPT disk, whose registry says Windows 10"),
        Raw("windows-2025", "Windows Server 2025 in a domain, on a GPT disk"),
        Raw("windows-broken", "a Windows whose hives are cut short or lead in circles"),
    ];

    private static Fixture Raw(string name, string description) => new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var zoo = new Zoo(folder, work, new Guestfish());
        Xp(zoo);
        Server2003(zoo);
        Seven(zoo);
        Ten(zoo);
        Eleven(zoo);
        Server2025(zoo);
        Broken(zoo);
        zoo.Guestfish.Run();
    }

    private sealed record Zoo(string Folder, WorkFolder Work, Guestfish Guestfish)
    {
        public string Disk(string name, string label, string identity, int size, params IReadOnlyList<Partition> partitions)
        {
            var file = Path.Combine(Folder, name + ".img");
            new DiskLayout(label, identity, size, partitions).MakeRaw(file);
            return Guestfish.Drive(file, size);
        }

        public void Ntfs(string device, string label, GuestTree tree) => Guestfish.Do($"""
            mkfs ntfs {device} "label:{label}"
            mount {device} /
            tar-in {Work.Tar(tree)} /
            umount-all
            """);

        public void Windows(string device, string label, WindowsTree windows) => Ntfs(device, label, windows.Make(Work));

        public void Efi(string device) => Guestfish.Do($"""
            mkfs vfat {device} label:SYSTEM
            mount {device} /
            mkdir-p /EFI/Microsoft/Boot
            write /EFI/Microsoft/Boot/bootmgfw.efi "MZ"
            umount-all
            """);
    }

    private static void Xp(Zoo zoo)
    {
        const uint signature = 0x5EB1_0501;
        var disk = zoo.Disk("windows-xp", "dos", $"0x{signature:x8}", 28, Bootable(1, 1, SystemSize), new(2, 18, 8, "7"));
        zoo.Windows(disk + "1", "XP", new(
            "WINDOWS",
            ("ProductName", "Microsoft Windows XP"), ("CurrentVersion", "5.1"), ("CurrentBuildNumber", "2600"), ("CSDVersion", "Service Pack 3"))
        {
            Program = PortableExecutable.X86,
            Hostname = "old-pc",
            System32 = "system32",
            HiveNames = ("software", "system"),
            Drives = [('C', WindowsTree.OnMbr(signature, 1)), ('D', WindowsTree.OnOpticalDrive), ('E', WindowsTree.OnMbr(signature, 18))],
            Programs = [new("Winamp", ("DisplayName", "Winamp (remove only)"), ("UninstallString", @"C:\Program Files\Winamp\UninstWA.exe"))],
            User = ("Documents and Settings/ada", new("Paint", ("DisplayName", "Paint for Ada"), ("DisplayVersion", "1.2"))),
            Files = [("boot.ini", BootFile(@"\WINDOWS", "Microsoft Windows XP Professional")), ("ntldr", [])],
        });
        zoo.Ntfs(disk + "2", "Data", new GuestTree().Directory("./System Volume Information").File("./report.txt", "report\r\n"));
    }

    private static void Server2003(Zoo zoo)
    {
        const uint signature = 0x5EB1_0502;
        var disk = zoo.Disk("windows-2003", "dos", $"0x{signature:x8}", 18, Bootable(1, 1, SystemSize));
        zoo.Windows(disk + "1", "W2K3", new(
            "WINSRV",
            ("ProductName", "Microsoft Windows Server 2003 R2"), ("CurrentVersion", "5.2"), ("CurrentBuildNumber", "3790"))
        {
            Program = PortableExecutable.X86,
            Hostname = "file-server",
            System32 = "system32",
            HiveNames = ("software", "system"),
            Drives = [('C', WindowsTree.OnMbr(signature, 1))],
            Files = [("BOOT.INI", BootFile(@"\WINSRV", "Windows Server 2003, Standard"))],
        });
    }

    private static void Seven(Zoo zoo)
    {
        const uint signature = 0x5EB1_0503;
        var disk = zoo.Disk("windows-7", "dos", $"0x{signature:x8}", 28, Bootable(1, 1, 8), new(2, 10, SystemSize, "7"));
        zoo.Ntfs(disk + "1", "System Reserved", new GuestTree()
            .Directory("./Boot").File("./Boot/BCD", MinimalHive.Bytes()).File("./bootmgr", "").Directory("./System Volume Information"));
        zoo.Windows(disk + "2", "Seven", new(
            "Windows",
            ("ProductName", "Windows 7 Professional"), ("CurrentVersion", "6.1"), ("CurrentBuildNumber", "7601"), ("InstallationType", "Client"))
        {
            Hostname = "win7-pc",
            Drives = [('C', WindowsTree.OnMbr(signature, 10)), ('D', WindowsTree.OnOpticalDrive)],
            Programs = [new("7-Zip", ("DisplayName", "7-Zip 19.00 (x64)"), ("DisplayVersion", "19.00"), ("Publisher", "Igor Pavlov"))],
        });
    }

    private static void Ten(Zoo zoo)
    {
        const string system = "10000000-0000-4000-8000-000000000003";
        var disk = zoo.Disk(
            "windows-10", "gpt", "10000000-0000-4000-8000-0000000000ff", 84,
            Gpt(1, 1, 36, EfiType, "10000000-0000-4000-8000-000000000001"),
            Gpt(2, 37, 16, ReservedType, "10000000-0000-4000-8000-000000000002"),
            Gpt(3, 53, SystemSize, BasicType, system),
            Gpt(4, 69, 8, RecoveryType, "10000000-0000-4000-8000-000000000004"));
        zoo.Efi(disk + "1");
        zoo.Windows(disk + "3", "Windows", new(
            "Windows",
            [.. Newer("Windows 10 Pro", "Client", "19045", "22H2")])
        {
            Hostname = "DESKTOP-AB12CD3",
            Drives = [('C', WindowsTree.OnGpt(system)), ('D', WindowsTree.OnOpticalDrive)],
            Programs =
            [
                new(
                    "{23170F69-40C1-2702-2301-000001000000}",
                    ("DisplayName", "7-Zip 23.01 (x64 edition)"), ("DisplayVersion", "23.01.00.0"), ("Publisher", "Igor Pavlov"),
                    ("URLInfoAbout", "http://www.7-zip.org/"), ("InstallLocation", @"C:\Program Files\7-Zip\"), ("Comments", "Größe: <klein> & fein")),
                new("KB5031356", ("SystemComponent", 1)),
            ],
            SmallPrograms = [new("Notepad++", ("DisplayName", "Notepad++ (32-bit x86)"), ("DisplayVersion", "8.6"))],
            User = ("Users/ada", new("Zoom", ("DisplayName", "Zoom Workplace"), ("DisplayVersion", "6.0.11"), ("Publisher", "Zoom Communications, Inc."))),
        });
        zoo.Ntfs(disk + "4", "Recovery", new GuestTree().Directory("./Recovery").Directory("./System Volume Information"));
    }

    private static void Eleven(Zoo zoo)
    {
        const string system = "11000000-0000-4000-8000-000000000003";
        var disk = zoo.Disk(
            "windows-11", "gpt", "11000000-0000-4000-8000-0000000000ff", 72,
            Gpt(1, 1, 36, EfiType, "11000000-0000-4000-8000-000000000001"),
            Gpt(2, 37, 16, ReservedType, "11000000-0000-4000-8000-000000000002"),
            Gpt(3, 53, SystemSize, BasicType, system));
        zoo.Efi(disk + "1");
        zoo.Windows(disk + "3", "Windows", new(
            "Windows",
            [.. Newer("Windows 10 Home", "Client", "22631", "23H2")])
        {
            Hostname = "LAPTOP-11",
            Drives = [('C', WindowsTree.OnGpt(system))],
            SmallPrograms = [new("Steam", ("DisplayName", "Steam"), ("DisplayVersion", "2.10.91.91"), ("Publisher", "Valve Corporation"))],
        });
    }

    private static void Server2025(Zoo zoo)
    {
        const string system = "25000000-0000-4000-8000-000000000003";
        var disk = zoo.Disk(
            "windows-2025", "gpt", "25000000-0000-4000-8000-0000000000ff", 72,
            Gpt(1, 1, 36, EfiType, "25000000-0000-4000-8000-000000000001"),
            Gpt(2, 37, 16, ReservedType, "25000000-0000-4000-8000-000000000002"),
            Gpt(3, 53, SystemSize, BasicType, system));
        zoo.Efi(disk + "1");
        zoo.Windows(disk + "3", "Windows", new(
            "Windows",
            [.. Newer("Windows Server 2025 Standard", "Server", "26100", "24H2")])
        {
            Hostname = "SRV2025",
            HasGroupPolicy = true,
            Drives = [('C', WindowsTree.OnGpt(system))],
        });
    }

    // The root's list of subkeys leads back to the root, and the other hive ends in the middle.
    private static void Broken(Zoo zoo)
    {
        const uint signature = 0x5EB1_0599;
        var disk = zoo.Disk("windows-broken", "dos", $"0x{signature:x8}", 18, Bootable(1, 1, SystemSize));
        var software = new RegistryContent().Key(@"Microsoft\Windows NT\CurrentVersion", ("ProductName", "never found")).Hive(zoo.Work);
        var system = MinimalHive.Bytes();
        MinimalHive.LeadInCircles(system);
        var windows = new WindowsTree("Windows") { Hostname = "nobody" };
        zoo.Ntfs(disk + "1", "Broken", windows.Make(software[..4200], system, zoo.Work));
    }

    private static IEnumerable<(string Name, object Value)> Newer(string product, string type, string build, string display) =>
    [
        ("ProductName", product), ("InstallationType", type), ("CurrentVersion", "6.3"), ("CurrentMajorVersionNumber", 10),
        ("CurrentMinorVersionNumber", 0), ("CurrentBuild", build), ("CurrentBuildNumber", build), ("DisplayVersion", display), ("UBR", 4317),
    ];

    private static Partition Bootable(int number, int start, int length) => new(number, start, length, "7") { Options = ", bootable" };

    private static Partition Gpt(int number, int start, int length, string type, string identity) =>
        new(number, start, length, type) { Options = $", uuid={identity}" };

    private static byte[] BootFile(string folder, string name) => Encoding.ASCII.GetBytes(
        $"[boot loader]\r\ntimeout=30\r\ndefault=multi(0)disk(0)rdisk(0)partition(1){folder}\r\n[operating systems]\r\n"
            + $"multi(0)disk(0)rdisk(0)partition(1){folder}=\"{name}\" /noexecute=optin /fastdetect\r\n");
}
