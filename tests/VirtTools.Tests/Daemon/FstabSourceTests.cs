using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.GuestTables;
using VirtTools.Daemon.Lvm;

namespace VirtTools.Tests.Daemon;

/// <summary>Names in a guest's fstab, on an appliance in which the kernel found the second drive first.</summary>
public sealed class FstabSourceTests : IDisposable
{
    private const string Root = "/dev/sdb2";

    private readonly string _folder = Directory.CreateTempSubdirectory("fstab-").FullName;

    public FstabSourceTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "dev/vg"));
        Add("sda", "0:0:1:0");
        Add("sdb", "0:0:0:0", "sdb1", "sdb2");
        File.WriteAllText(Path.Combine(_folder, "dev/vg/lv"), "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/dev/sda1", "/dev/sdb1")]
    [InlineData("/dev/hda2", "/dev/sdb2")]
    [InlineData("/dev/vda1", "/dev/sdb1")]
    [InlineData("/dev/xvda2", "/dev/sdb2")]
    [InlineData("/dev/nvme0n1p1", "/dev/sdb1")]
    [InlineData("/dev/mmcblk0p2", "/dev/sdb2")]
    [InlineData("/dev/cciss/c0d0p1", "/dev/sdb1")]
    [InlineData("/dev/sdb", "/dev/sda")]
    [InlineData("/dev/root", Root)]
    [InlineData("/dev/vg/lv", "/dev/vg/lv")]
    public void Device_of_the_guest_is_the_drive_with_the_same_number(string source, string device) => Assert.Equal(device, Resolve(source));

    [Theory]
    [InlineData("/dev/sdz1")]
    [InlineData("/dev/sda9")]
    [InlineData("/dev/md0")]
    [InlineData("/dev/nvg/nlv")]
    [InlineData("/dev/disk/by-uuid/nonesuch")]
    public void Device_that_is_not_there_keeps_the_name_that_the_guest_gave_it(string source) => Assert.Equal(source, Resolve(source));

    [Theory]
    [InlineData("UUID=nonesuch")]
    [InlineData("LABEL=nonesuch")]
    [InlineData("PARTUUID=nonesuch")]
    [InlineData("PARTLABEL=")]
    [InlineData("ZFS=pool")]
    [InlineData("proc")]
    [InlineData("tmpfs")]
    [InlineData("server:/export")]
    [InlineData("//server/share")]
    [InlineData("/swapfile")]
    [InlineData("/dev/sr0")]
    [InlineData("/dev/cdrom")]
    [InlineData("/dev/fd0")]
    [InlineData("/dev/disk/by-")]
    public void What_is_no_device_in_the_image_is_left_out_or_kept_as_it_is(string source) =>
        Assert.Equal(source.StartsWith("/dev/disk", StringComparison.Ordinal) ? source : null, Resolve(source));

    [Theory]
    [InlineData("/dev/ada0p2", "/dev/sdb2")]
    [InlineData("/dev/da0s1", "/dev/sdb1")]
    [InlineData("/dev/ada0s1a", "/dev/sdb5")]
    [InlineData("/dev/ada0s1d", "/dev/sdb7")]
    [InlineData("/dev/wd0a", "/dev/sdb5")]
    [InlineData("/dev/wd0e", "/dev/sdb7")]
    [InlineData("/dev/vtbd1p1", "/dev/vtbd1p1")]
    [InlineData("/dev/gpt/nonesuch", "/dev/gpt/nonesuch")]
    public void Names_of_the_BSDs_are_numbered_as_Linux_does(string source, string device)
    {
        foreach (var partition in (string[])["sdb5", "sdb6", "sdb7"])
        {
            File.WriteAllText(Path.Combine(_folder, "dev", partition), "");
        }

        Assert.Equal(device, Resolve(source));
    }

    [Theory]
    [InlineData("/dev/mapper/root")]
    [InlineData("/dev/mapper/luks-2505567a-9e27-4efe-a4d5-15ad146c258b")]
    [InlineData("/dev/disk/by-id/dm-name-root")]
    public void Encrypted_device_is_found_under_the_name_with_which_it_was_opened_here(string source)
    {
        AddMapped("dm-3", "cryptsdb2", "CRYPT-LUKS2-2505567a9e274efea4d515ad146c258b-cryptsdb2");
        var named = NamedDevices.None with { Encrypted = new Dictionary<string, string> { ["root"] = "UUID=2505567a-9e27-4efe-a4d5-15ad146c258b" } };

        Assert.Equal("/dev/mapper/cryptsdb2", Resolve(source, named));
        Assert.Equal("/dev/mapper/other", Resolve("/dev/mapper/other", named));
    }

    [Theory]
    [InlineData("/dev/../etc/passwd")]
    [InlineData("/dev/sda1/../../etc")]
    public void Path_out_of_dev_is_never_resolved(string source) => Assert.Equal(source, Resolve(source));

    private string? Resolve(string source, NamedDevices? named = null)
    {
        var tree = new DeviceTree(Path.Combine(_folder, "sys"), Path.Combine(_folder, "dev"));
        var names = new DeviceNames(tree);
        var resolver = new DeviceResolver(tree, names, new StorageActivation(tree, names, new LvmProgram(), StorageAccess.None));
        return FstabSource.Resolve(new(source, "/x", "ext4", []), Root, new GuestDevices(tree, names, resolver, []), named ?? NamedDevices.None);
    }

    private void AddMapped(string device, string name, string uuid)
    {
        var place = Path.Combine(_folder, "sys/block", device);
        Directory.CreateDirectory(Path.Combine(place, "dm"));
        File.WriteAllText(Path.Combine(place, "dm/name"), name + "\n");
        File.WriteAllText(Path.Combine(place, "dm/uuid"), uuid + "\n");
    }

    private void Add(string disk, string address, params string[] partitions)
    {
        var place = Path.Combine(_folder, "sys/devices/host0/target0", address, "block", disk);
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "dev"), "8:0\n");
        Directory.CreateDirectory(Path.Combine(_folder, "sys/block"));
        File.CreateSymbolicLink(Path.Combine(_folder, "sys/block", disk), $"../devices/host0/target0/{address}/block/{disk}");
        foreach (var name in partitions.Prepend(disk))
        {
            File.WriteAllText(Path.Combine(_folder, "dev", name), "");
        }

        foreach (var name in partitions)
        {
            Directory.CreateDirectory(Path.Combine(place, name));
            File.WriteAllText(Path.Combine(place, name, "partition"), name[^1..]);
        }
    }
}
