using System.Buffers.Binary;

namespace VirtTools.Fixtures.Building;

/// <summary>A program in a list of what can be uninstalled.</summary>
/// <param name="Key">Name of its key.</param>
/// <param name="Values">Its values.</param>
public sealed record InstalledProgram(string Key, params IReadOnlyList<(string Name, object Value)> Values);

/// <summary>The files of a Windows that inspection looks at, its registry included.</summary>
/// <param name="Folder">Name of its folder, such as <c>Windows</c>.</param>
/// <param name="Version">Values of the key <c>Windows NT\CurrentVersion</c>.</param>
public sealed record WindowsTree(string Folder, params IReadOnlyList<(string Name, object Value)> Version)
{
    private const string Uninstall = @"Microsoft\Windows\CurrentVersion\Uninstall\";

    /// <summary>The program by which its processor is known.</summary>
    public byte[] Program { get; init; } = PortableExecutable.X64;

    /// <summary>Name in the network.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Letter of a drive and what stands for it.</summary>
    public IReadOnlyList<(char Letter, byte[] Place)> Drives { get; init; } = [];

    /// <summary>Programs of the machine.</summary>
    public IReadOnlyList<InstalledProgram> Programs { get; init; } = [];

    /// <summary>Programs of 32 bits on a machine of 64.</summary>
    public IReadOnlyList<InstalledProgram> SmallPrograms { get; init; } = [];

    /// <summary>Folder of a user and what is installed for that user alone.</summary>
    public (string Folder, InstalledProgram Program)? User { get; init; }

    /// <summary>Whether a domain's policy has been applied.</summary>
    public bool HasGroupPolicy { get; init; }

    /// <summary>More files.</summary>
    public IReadOnlyList<(string Path, byte[] Content)> Files { get; init; } = [];

    /// <summary>Names of the two hives as the version spells them.</summary>
    public (string Software, string System) HiveNames { get; init; } = ("SOFTWARE", "SYSTEM");

    /// <summary>Spells the folder System32.</summary>
    public string System32 { get; init; } = "System32";

    /// <summary>What stands for a partition of a disk with an MBR table: the disk's signature, and the byte at which the partition starts.</summary>
    public static byte[] OnMbr(uint disk, int startInMiB)
    {
        var place = new byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(place, disk);
        BinaryPrimitives.WriteInt64LittleEndian(place.AsSpan(4), (long)startInMiB << 20);
        return place;
    }

    /// <summary>What stands for a partition of a GPT table.</summary>
    public static byte[] OnGpt(string partition) => [.. "DMIO:ID:"u8, .. Guid.Parse(partition).ToByteArray()];

    /// <summary>What stands for an optical drive: the path of a device.</summary>
    public static byte[] OnOpticalDrive => System.Text.Encoding.Unicode.GetBytes(@"\??\IDE#CdRomQEMU_DVD-ROM#5&1982005c&0&1.0.0#{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}");

    /// <summary>The files, with hives that hivex makes.</summary>
    public GuestTree Make(WorkFolder work) => Make(Software().Hive(work), Machine().Hive(work), work);

    /// <summary>The files with these hives.</summary>
    public GuestTree Make(byte[] software, byte[] system, WorkFolder work)
    {
        var config = $"./{Folder}/{System32}/config";
        var tree = new GuestTree()
            .Directory("./" + Folder)
            .Directory($"./{Folder}/{System32}")
            .Directory(config)
            .File($"{config}/{HiveNames.Software}", software)
            .File($"{config}/{HiveNames.System}", system)
            .File($"./{Folder}/{System32}/cmd.exe", Program)
            .File($"./{Folder}/{System32}/drivers.txt", "kept for the look of it\r\n");
        if (User is { } user)
        {
            tree.Directory("./" + user.Folder[..user.Folder.IndexOf('/')]).Directory("./" + user.Folder);
            tree.File($"./{user.Folder}/NTUSER.DAT", WithPrograms(new(), @"Software\" + Uninstall, [user.Program]).Hive(work));
        }

        foreach (var (path, content) in Files)
            tree.File("./" + path, content);
        return tree;
    }

    private RegistryContent Software()
    {
        var software = new RegistryContent().Key(@"Microsoft\Windows NT\CurrentVersion", Version);
        WithPrograms(software, Uninstall, Programs);
        WithPrograms(software, @"WOW6432Node\" + Uninstall, SmallPrograms);
        return HasGroupPolicy
            ? software.Key(
                @"Microsoft\Windows\CurrentVersion\Group Policy\History\{35378EAC-683F-11D2-A89A-00C04FBBCFA2}\0", ("DisplayName", "Default Domain Policy"))
            : software;
    }

    private RegistryContent Machine() => new RegistryContent()
        .Key("Select", ("Current", 1), ("Default", 1), ("Failed", 0), ("LastKnownGood", 1))
        .Key(@"ControlSet001\Control\ComputerName\ComputerName", ("ComputerName", Hostname.ToUpperInvariant()))
        .Key(@"ControlSet001\Services\Tcpip\Parameters", ("Domain", "example.org"), ("Hostname", Hostname), ("NV Hostname", Hostname))
        .Key("MountedDevices", [.. Drives.Select(drive => ($@"\DosDevices\{drive.Letter}:", (object)drive.Place))]);

    private static RegistryContent WithPrograms(RegistryContent content, string path, IReadOnlyList<InstalledProgram> programs)
    {
        foreach (var program in programs)
            content.Key(path + program.Key, program.Values);
        return content;
    }
}
