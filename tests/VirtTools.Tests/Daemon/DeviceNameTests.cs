using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Lvm;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Tests.Daemon;

public sealed class DeviceNameTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, "a")]
    [InlineData(25, "z")]
    [InlineData(26, "aa")]
    [InlineData(254, "iu")]
    [InlineData(701, "zz")]
    [InlineData(702, "aaa")]
    public void Letters_count_as_the_kernel_counts(int index, string letters)
    {
        Assert.Equal(letters, DiskName.Letters(index));
        Assert.Equal(new DiskName("sd", index, "12"), DiskName.Parse($"sd{letters}12", "sd"));
    }

    [Theory]
    [InlineData("sd")]
    [InlineData("sd1")]
    [InlineData("sda01")]
    [InlineData("sda1p")]
    [InlineData("sdA")]
    public void What_is_no_name_of_a_disk_is_not_taken_for_one(string name) => Assert.Null(DiskName.Parse(name, "sd"));

    [Fact]
    public void Names_follow_the_scsi_address_and_not_the_order_of_discovery()
    {
        AddDisk("sda", "0:0:2:0", "8:0");
        AddDisk("sdb", "0:0:0:0", "8:16");
        AddDisk("sdc", "0:0:10:0", "8:32");
        AddDisk("sdd", "0:0:1:0", "8:48");
        var names = new DeviceNames(Tree);

        Assert.Equal(["sdb", "sdd", "sda", "sdc"], names.ScsiDisks);
        Assert.Equal("sdb3", names.ToKernel("sda3"));
        Assert.Equal("sda3", names.ToApi("sdb3"));
        Assert.Equal("sdd12", names.ToApi("sdc12"));
        Assert.Null(names.ToKernel("sde"));
        Assert.Equal("dm-0", names.ToApi("dm-0"));
    }

    [Fact]
    public void Disk_of_the_appliance_has_no_name_wherever_it_sits()
    {
        AddDisk("sda", "0:0:1:0", "8:0");
        AddDisk("sdb", "0:0:0:0", "8:16");
        AddDisk("sdc", "0:0:2:0", "8:32");
        var names = new DeviceNames(Tree, new DeviceNumber(8, 0));

        Assert.Equal(["sdb", "sdc"], names.ScsiDisks);
        Assert.True(names.IsAppliance("sda"));
        Assert.False(names.IsAppliance("sdb"));
        Assert.Equal("sdc", names.ToKernel("sdb"));
    }

    [Fact]
    public void Two_hundred_and_fifty_five_disks_keep_their_order()
    {
        var order = Enumerable.Range(0, 255).ToArray();
        new Random(1).Shuffle(order);
        for (var i = 0; i < order.Length; i++)
        {
            AddDisk("sd" + DiskName.Letters(i), $"0:0:{order[i]}:0", $"8:{i}");
        }

        var names = new DeviceNames(Tree);

        for (var i = 0; i < order.Length; i++)
        {
            Assert.Equal("sd" + DiskName.Letters(i), names.ToKernel("sd" + DiskName.Letters(order[i])));
        }
    }

    [Fact]
    public void Standard_name_stands_for_an_ide_name_first_and_a_virtio_name_second()
    {
        AddNode("hda2");
        AddNode("vda2");
        AddNode("vdb1");

        Assert.Equal("/dev/hda2", Resolver().Resolve("/dev/sda2", "device"));
        Assert.Equal("/dev/vdb1", Resolver().Resolve("/dev/sdb1", "device"));
        Assert.Equal("/dev/vda2", Resolver().Resolve("/dev/vda2", "device"));
    }

    [Fact]
    public void Device_that_exists_is_used_as_it_is()
    {
        AddDisk("sda", "0:0:0:0", "8:0");
        AddNode("hda");

        Assert.Equal("/dev/sda", Resolver().Resolve("/dev/sda", "device"));
    }

    [Theory]
    [InlineData("/dev/sdq", "ENOENT")]
    [InlineData("/etc/passwd", "EINVAL")]
    [InlineData("/dev/../etc/passwd", "EINVAL")]
    [InlineData("sda", "EINVAL")]
    public void Name_without_a_device_is_an_error(string name, string errno)
    {
        var error = Assert.Throws<DaemonException>(() => Resolver().Resolve(name, "device"));

        Assert.Equal(errno, error.ErrnoName);
    }

    [Fact]
    public void Logical_volume_is_named_by_group_and_volume()
    {
        AddMapped("dm-0", "my--group-my--volume", "LVM-" + new string('a', 64));
        AddMapped("dm-1", "luks-1234", "CRYPT-LUKS2-x");

        Assert.Equal("/dev/my-group/my-volume", Resolver().ToApi("/dev/mapper/my--group-my--volume"));
        Assert.Equal("/dev/my-group/my-volume", Resolver().ToApi("/dev/dm-0"));
        Assert.Equal("/dev/mapper/luks-1234", Resolver().ToApi("/dev/mapper/luks-1234"));
    }

    [Fact]
    public void Subvolume_is_told_from_a_device_with_slashes()
    {
        var mountable = Mountable.Parse("btrfsvol:/dev/VG/LV/@/home", name => name == "/dev/VG/LV" ? "/dev/dm-0" : null);

        Assert.Equal(new Mountable("/dev/dm-0", "@/home"), mountable);
        Assert.Equal("btrfsvol:/dev/dm-0/@/home", mountable.ToString());
    }

    private DeviceTree Tree => new(Path.Combine(_folder, "sys"), Path.Combine(_folder, "dev"));

    private DeviceResolver Resolver()
    {
        var names = new DeviceNames(Tree);
        return new(Tree, names, new StorageActivation(Tree, names, new LvmProgram(), StorageAccess.None));
    }

    private void AddDisk(string name, string address, string number)
    {
        var device = Path.Combine(_folder, "sys/devices/pci0000:00/host0", address, "block", name);
        Directory.CreateDirectory(device);
        File.WriteAllText(Path.Combine(device, "dev"), number + "\n");
        Directory.CreateDirectory(Path.Combine(_folder, "sys/block"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "sys/block", name), Path.GetRelativePath(Path.Combine(_folder, "sys/block"), device));
        AddNode(name);
    }

    private void AddMapped(string device, string name, string uuid)
    {
        var folder = Path.Combine(_folder, "sys/block", device, "dm");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "name"), name + "\n");
        File.WriteAllText(Path.Combine(folder, "uuid"), uuid + "\n");
    }

    private void AddNode(string name)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "dev"));
        File.WriteAllText(Path.Combine(_folder, "dev", name), "");
    }
}
