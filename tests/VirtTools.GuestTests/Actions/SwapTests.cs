namespace VirtTools.GuestTests.Actions;

/// <summary>Swap space; the kernel's own list, /proc/swaps, tells what is in use.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class SwapTests(ActionsGuest guest)
{
    private const string Device = "/dev/sdb";
    private const string Uuid = "11111111-2222-4333-8444-555555555555";

    private readonly Guestfs _handle = guest.Mounted();

    public static TheoryData<string, Action<Guestfs>, Action<Guestfs>> Ways => new()
    {
        { "device", handle => handle.SwaponDevice(Device), handle => handle.SwapoffDevice(Device) },
        { "label", handle => handle.SwaponLabel("swap-label"), handle => handle.SwapoffLabel("swap-label") },
        { "UUID", handle => handle.SwaponUuid(Uuid), handle => handle.SwapoffUuid(Uuid) },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Swap_device_is_switched_on_and_off(string way, Action<Guestfs> on, Action<Guestfs> off)
    {
        _handle.Mkswap(Device, new() { Label = "swap-label", Uuid = Uuid });

        Assert.Equal(("swap", "swap-label", Uuid), (_handle.VfsType(Device), _handle.VfsLabel(Device), _handle.VfsUuid(Device)));
        on(_handle);
        Assert.True(InUse() is [var kind] && kind == "partition", $"by {way}: {string.Join(' ', InUse())}");
        off(_handle);
        Assert.Empty(InUse());
    }

    [Fact]
    public void Swap_file_is_switched_on_and_off()
    {
        _handle.Fallocate64("/swap", 8 << 20);
        _handle.Chmod(0x180 /* 0600 */, "/swap");
        _handle.MkswapFile("/swap");

        _handle.SwaponFile("/swap");
        Assert.Equal(["file"], InUse());
        _handle.SwapoffFile("/swap");
        Assert.Empty(InUse());
    }

    [Fact]
    public void Older_names_set_label_and_UUID()
    {
        _handle.MkswapL("older", Device);
        Assert.Equal("older", _handle.VfsLabel(Device));

        _handle.MkswapU(Uuid, Device);
        Assert.Equal(Uuid, _handle.VfsUuid(Device));
    }

    // The second column of each line but the heading: partition or file.
    private string[] InUse()
    {
        _handle.MkdirP("/proc");
        // The kernel does not look at the device.
        _handle.MountVfs("", "proc", "/dev/sda", "/proc");
        try
        {
            return [.. _handle.ReadLines("/proc/swaps").Skip(1).Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1])];
        }
        finally
        {
            _handle.Umount("/proc");
        }
    }
}
