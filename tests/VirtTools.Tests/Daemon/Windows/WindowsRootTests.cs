using System.Buffers.Binary;
using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.Windows;
using VirtTools.Daemon.Paths;
using Xunit;

namespace VirtTools.Tests.Daemon.Windows;

public sealed class WindowsRootTests : IDisposable
{
    private const string Config = "Windows/System32/config/";

    private readonly string _folder = Directory.CreateTempSubdirectory("windows").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Windows_11_says_what_its_registry_says()
    {
        Install("Windows", "System32");
        Software(new HiveKey("CurrentVersion").With("ProductName", "Windows 10 Pro").With("InstallationType", "Client").With("CurrentVersion", "6.3")
            .With("CurrentMajorVersionNumber", 10).With("CurrentMinorVersionNumber", 0).With("CurrentBuildNumber", "22631"));
        Machine(
            new HiveKey("Select").With("Current", 1),
            HiveKey.Path(@"ControlSet001\Services\Tcpip", new HiveKey("Parameters").With("Hostname", "desktop")));

        var system = Look()!;

        Assert.Equal(("windows", "windows", "unknown"), (system.Type, system.Distribution.Name, system.Distribution.PackageFormat));
        Assert.Equal(
            ("Windows 10 Pro", "Client", new GuestVersion(10, 0), "22631"), (system.ProductName, system.ProductVariant, system.Version, system.BuildId));
        Assert.Equal(("x86_64", "desktop"), (system.Architecture, system.Hostname));
        Assert.Equal(
            new WindowsSystem("/Windows", "/Windows/System32/config/SOFTWARE", "/Windows/System32/config/SYSTEM") { ControlSet = "ControlSet001", Drives = [] },
            system.Windows! with { Drives = [] });
    }

    [Fact]
    public void Spelling_is_the_one_of_the_file_system()
    {
        Install("WINDOWS", "system32");
        Write("WINDOWS/system32/config/software", HiveWriter.Write(new("root")));

        var windows = Look()!.Windows!;

        Assert.Equal(("/WINDOWS", "/WINDOWS/system32/config/software", null), (windows.SystemRoot, windows.SoftwareHive, windows.SystemHive));
    }

    [Fact]
    public void Folder_that_only_boot_ini_names_is_found()
    {
        Install("WinSrv", "system32");
        Write("BOOT.INI", "[boot loader]\r\ndefault=multi(0)disk(0)rdisk(0)partition(1)\\NOWHERE\r\n[operating systems]\r\n"
            + "C:\\CMDCONS\\BOOTSECT.DAT=\"Console\"\r\nmulti(0)disk(0)rdisk(0)partition(1)\\WINSRV=\"Windows\" /fastdetect\r\n");

        Assert.Equal("/WinSrv", Look()!.Windows!.SystemRoot);
    }

    [Fact]
    public void Folder_without_a_configuration_is_no_root()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "Windows/System32"));
        Write("Windows/System32/cmd.exe", "MZ");

        Assert.Null(Look());
    }

    [Theory]
    [InlineData("ext4")]
    [InlineData("swap")]
    public void Only_file_systems_of_Windows_are_looked_at(string type)
    {
        Install("Windows", "System32");

        Assert.Null(WindowsRoot.Recognise(GuestRoot.OfFolder(_folder), type, new Partitions()));
    }

    [Fact]
    public void Program_that_is_a_link_to_nowhere_leaves_the_processor_to_the_registry()
    {
        Install("Windows", "System32");
        File.Delete(Path.Combine(_folder, "Windows/System32/cmd.exe"));
        File.CreateSymbolicLink(Path.Combine(_folder, "Windows/System32/cmd.exe"), "unsupported reparse point");
        Machine(
            new HiveKey("Select").With("Current", 2),
            HiveKey.Path(@"ControlSet002\Control\Session Manager", new HiveKey("Environment").With("PROCESSOR_ARCHITECTURE", "ARM64")));

        Assert.Equal(("aarch64", "ControlSet002"), (Look()!.Architecture, Look()!.Windows!.ControlSet));
    }

    [Fact]
    public void Letters_stand_for_partitions_that_are_there()
    {
        Install("Windows", "System32");
        byte[] onMbr = [0x01, 0x05, 0xB1, 0x5E, 0, 0, 0x10, 0, 0, 0, 0, 0];
        byte[] onGpt = [.. "DMIO:ID:"u8, .. Guid.Parse("10000000-0000-4000-8000-000000000003").ToByteArray()];
        Machine(new HiveKey("MountedDevices")
            .With(@"\DosDevices\E:", 3, onGpt).With(@"\??\Volume{x}", 3, onGpt).With(@"\DosDevices\C:", 3, onMbr).With(@"\DosDevices\D:", 3, new byte[80])
            .With(@"\DosDevices\F:", 3, new byte[12]).With(@"\DosDevices\1:", 3, onMbr).With(@"\DosDevices\E:", 3, onMbr));

        var drives = Look()!.Windows!.Drives;

        Assert.Equal([new("E", "/dev/sda3"), new("C", "/dev/sdb1")], drives);
    }

    [Fact]
    public void Group_policy_leaves_a_history()
    {
        Install("Windows", "System32");
        Write(Config + "SOFTWARE", HiveWriter.Write(new(
            "root", HiveKey.Path(@"Microsoft\Windows\CurrentVersion\Group Policy", new("History", new HiveKey("{35378EAC}"))))));

        Assert.True(Look()!.Windows!.HasGroupPolicy);
    }

    [Fact]
    public void Older_version_has_only_a_text()
    {
        Install("Windows", "System32");
        Software(new HiveKey("CurrentVersion").With("ProductName", "Windows 7 Professional").With("CurrentVersion", "6.1"));

        var system = Look()!;

        Assert.Equal((new GuestVersion(6, 1), "unknown", "unknown"), (system.Version, system.ProductVariant, system.BuildId));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Control_set_with_a_senseless_number_is_unknown(int number)
    {
        Install("Windows", "System32");
        Machine(new HiveKey("Select").With("Current", number));

        Assert.Null(Look()!.Windows!.ControlSet);
    }

    [Fact]
    public void Hive_that_is_no_file_or_garbage_costs_only_what_it_would_have_said()
    {
        Install("Windows", "System32");
        Directory.CreateDirectory(Path.Combine(_folder, Config + "SOFTWARE"));
        Write(Config + "SYSTEM", "regf and then nothing");

        var system = Look()!;

        Assert.Equal(("unknown", null, "/Windows/System32/config/SYSTEM"), (system.ProductName, system.Windows!.SoftwareHive, system.Windows.SystemHive));
        Assert.Equal((default, null, "unknown"), (system.Version, system.Windows.ControlSet, system.Hostname));
    }

    [Fact]
    public void Log_beside_the_hive_is_read()
    {
        Install("Windows", "System32");
        var before = HiveWriter.Write(new("root", HiveKey.Path(@"Microsoft\Windows NT", new HiveKey("CurrentVersion").With("ProductName", "Windows 8"))));
        var after = HiveWriter.Write(new("root", HiveKey.Path(@"Microsoft\Windows NT", new HiveKey("CurrentVersion").With("ProductName", "Windows X"))));
        Write(Config + "SOFTWARE", HiveWriter.Dirty(before, 4, 3));
        Write(Config + "SOFTWARE.LOG1", HiveLogWriter.Log());
        Write(Config + "software.log2", HiveLogWriter.Log(HiveLogWriter.Entry(3, before, after)));

        Assert.Equal("Windows X", Look()!.ProductName);
    }

    [Fact]
    public void Programs_of_the_machine_and_of_its_users_are_listed()
    {
        const string list = @"Microsoft\Windows\CurrentVersion";
        Write(Config + "SOFTWARE", HiveWriter.Write(new(
            "root",
            HiveKey.Path(list, new(
                "Uninstall",
                new HiveKey("7-Zip").With("DisplayName", "7-Zip 23").With("DisplayVersion", "23.01").With("Publisher", "Igor Pavlov")
                    .With("URLInfoAbout", "http://7-zip.org/").With("InstallLocation", @"C:\7-Zip\").With("Comments", "packs"),
                new HiveKey("KB1").With("SystemComponent", 1))),
            HiveKey.Path(@"WOW6432Node\" + list, new("Uninstall", new HiveKey("old").With("DisplayName", "Old"))))));
        var user = HiveWriter.Write(new("root", HiveKey.Path(@"Software\" + list, new("Uninstall", new HiveKey("zoom").With("DisplayName", "Zoom")))));
        Write("Users/bob/NTUSER.DAT", user);
        Write("Users/ada/ntuser.dat", user);
        File.CreateSymbolicLink(Path.Combine(_folder, "Documents and Settings"), "Users");

        var found = WindowsApplications.Read(new GuestFiles(GuestRoot.OfFolder(_folder)), "/Windows/System32/config/SOFTWARE");

        Assert.Equal(new WindowsApplication("7-Zip", "7-Zip 23", "23.01", @"C:\7-Zip\", "Igor Pavlov", "http://7-zip.org/", "packs"), found[0]);
        Assert.Equal(["7-Zip", "old", "zoom", "zoom"], found.Select(each => each.Name));
    }

    private InspectedSystem? Look() => WindowsRoot.Recognise(GuestRoot.OfFolder(_folder), "ntfs", new Partitions());

    private void Install(string folder, string system)
    {
        Directory.CreateDirectory(Path.Combine(_folder, folder, system, "config"));
        var program = new byte[512];
        "MZ"u8.CopyTo(program);
        program[0x3C] = 0x80;
        "PE\0\0"u8.CopyTo(program.AsSpan(0x80));
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(0x84), 0x8664);
        Write($"{folder}/{system}/cmd.exe", program);
    }

    private void Software(HiveKey version) => Write(Config + "SOFTWARE", HiveWriter.Write(new("root", HiveKey.Path(@"Microsoft\Windows NT", version))));

    private void Machine(params HiveKey[] keys) => Write(Config + "SYSTEM", HiveWriter.Write(new("root", keys)));

    private void Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    private void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, path))!);
        File.WriteAllBytes(Path.Combine(_folder, path), content);
    }

    private sealed class Partitions : IPartitionFinder
    {
        public string? WithPartitionUuid(string uuid) => uuid == "10000000-0000-4000-8000-000000000003" ? "/dev/sda3" : null;

        public string? OnDiskWithSignature(uint signature, long start) => (signature, start) == (0x5EB10501, 1 << 20) ? "/dev/sdb1" : null;
    }
}
