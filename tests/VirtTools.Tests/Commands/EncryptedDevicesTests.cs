using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Running;

namespace VirtTools.Tests.Commands;

public sealed class EncryptedDevicesTests : IDisposable
{
    private const string FirstUuid = "0b3f0c52-6f0e-4a0e-9a55-2f6f0f7a1d01";
    private const string SecondUuid = "93a1c2de-1c5b-4d8a-8a7f-77c4f6b03e03";

    private readonly CapturedStreams _streams = new("virt-cat");
    private readonly List<string> _trace = [];
    private readonly List<string> _opened = [];
    private readonly List<string> _mapped = [];

    /// <summary>Type of each device; those of opened ones appear when their container is open.</summary>
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, string> _uuids = [];
    private readonly FakeGuest _guest;
    private bool _areVolumesActive;

    public EncryptedDevicesTests()
    {
        _guest = new FakeGuest()
            .On("list_filesystems", (ref _, result) =>
            {
                result.WriteDictionary(new Dictionary<string, string> { ["/dev/sda1"] = "ext4" });
                return null;
            })
            .List("list_devices", "/dev/sda")
            .List("list_partitions", "/dev/sda1", "/dev/sda2", "/dev/sda3")
            .List("list_md_devices")
            .On("list_dm_devices", (ref _, result) =>
            {
                result.WriteStrings(_mapped);
                return null;
            })
            .On("lvs", (ref _, result) =>
            {
                result.WriteStrings(_areVolumesActive ? ["/dev/vg/root"] : (string[])[]);
                return null;
            })
            .On("vfs_type", (ref arguments, result) =>
            {
                result.WriteString(_types.GetValueOrDefault(arguments.ReadString(), ""));
                return null;
            })
            .On("vfs_uuid", (ref arguments, result) =>
            {
                result.WriteString(_uuids.GetValueOrDefault(arguments.ReadString(), ""));
                return null;
            })
            .On("pread_device", (ref _, result) =>
            {
                result.WriteBytes([0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE, 0, 2]);
                return null;
            })
            .On("lvm_scan", (ref _, _) =>
            {
                _areVolumesActive = true;
                return null;
            })
            .On("cryptsetup_open", (ref arguments, _) =>
            {
                var (device, key, name) = (arguments.ReadString(), arguments.ReadString(), arguments.ReadString());
                if (!key.StartsWith("right", StringComparison.Ordinal))
                {
                    throw new GuestfsException("cryptsetup_open", "EPERM", $"{device}: this is not a key of the device");
                }

                _opened.Add($"{device} {name} {(arguments.ReadBool() ? "ro" : "rw")}");
                _mapped.Add("/dev/mapper/" + name);
                return null;
            });
        _guest.Handle.SetTrace(true);
        _guest.Handle.AddEventHandler(GuestEvents.Trace, happened => _trace.Add(happened.Message));
    }

    [Fact]
    public async Task Volumes_inside_an_opened_device_are_activated_and_what_is_encrypted_there_is_opened_too()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        _uuids["/dev/sda2"] = FirstUuid;
        _types["/dev/mapper/luks-" + FirstUuid] = "LVM2_member";
        _types["/dev/vg/root"] = "crypto_LUKS";
        _uuids["/dev/vg/root"] = SecondUuid;
        using var keys = Ring("/dev/sda2:key:right one", "/dev/mapper/vg-root:key:right two");
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img");

        Assert.True(await encrypted.OpenAsync(CancellationToken.None));

        Assert.Equal([$"/dev/sda2 luks-{FirstUuid} ro", $"/dev/vg/root luks-{SecondUuid} ro"], _opened);
        Assert.Empty(encrypted.Locked);
        Assert.True(encrypted.HasOpened("/dev/mapper/luks-" + SecondUuid));
        Assert.Equal("/dev/mapper/luks-" + FirstUuid, encrypted.OpenedAs("/dev/sda2"));
        Assert.Equal("/dev/mapper/luks-" + FirstUuid, encrypted.OpenedAs("/dev/mapper/cryptsda2"));
    }

    [Fact]
    public async Task Devices_of_BitLocker_are_opened_too_and_for_writing_where_the_guest_is_written()
    {
        _types["/dev/sda3"] = "BitLocker";
        using var keys = Ring("all:key:right");
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadWrite, "disk.img");

        Assert.True(await encrypted.OpenAsync(CancellationToken.None));

        Assert.Equal(["/dev/sda3 cryptsda3 rw"], _opened);
    }

    [Fact]
    public async Task Each_key_is_tried_and_a_device_that_stays_closed_is_named_once()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        using var keys = Ring("/dev/sda2:key:wrong one", "all:key:wrong two");
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img");

        Assert.False(await encrypted.OpenAsync(CancellationToken.None));
        encrypted.Warn(_streams.Streams);
        Assert.False(await encrypted.OpenAsync(CancellationToken.None));
        encrypted.Warn(_streams.Streams);

        Assert.Equal(2, _guest.Calls.Count(call => call == "cryptsetup_open"));
        Assert.Equal(
            "virt-cat: warning: /dev/sda2 is encrypted (LUKS2), and no key given opens it: --key /dev/sda2:key:..., --key all:key:...\n", _streams.Error);
    }

    [Fact]
    public async Task A_wrong_key_does_not_keep_the_next_from_being_tried()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        using var keys = Ring("/dev/sda2:key:wrong", "/dev/sda2:key:right");

        Assert.True(await new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img").OpenAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Keys_are_in_no_trace()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        using var keys = Ring("/dev/sda2:key:wrong horse", "/dev/sda2:key:right battery");

        await new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img").OpenAsync(CancellationToken.None);

        Assert.Contains(_trace, line => line.Contains("cryptsetup_open"));
        Assert.DoesNotContain(_trace, line => line.Contains("horse") || line.Contains("battery"));
    }

    [Fact]
    public async Task A_device_that_cannot_be_opened_for_another_reason_is_told_with_it()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        _guest.On("cryptsetup_open", (ref _, _) => throw new GuestfsException("cryptsetup_open", "EIO", "not enough memory"));
        using var keys = Ring("all:key:right");
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img");

        await encrypted.OpenAsync(CancellationToken.None);

        Assert.Contains("cannot be opened: ", Assert.Single(encrypted.Locked).Reason);
        Assert.Contains("not enough memory", Assert.Single(encrypted.Locked).Reason);
    }

    [Fact]
    public async Task Where_no_operating_system_is_found_encrypted_devices_are_opened_and_it_is_looked_for_again()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        _uuids["/dev/sda2"] = FirstUuid;
        var root = "/dev/mapper/luks-" + FirstUuid;
        var mounted = new List<string>();
        _guest.Accept("umount_all")
            .On("inspect_os", (ref _, result) =>
            {
                result.WriteStrings(_opened.Count > 0 ? [root] : (string[])[]);
                return null;
            })
            .On("inspect_get_mountpoints", (ref _, result) =>
            {
                result.WriteDictionary(new Dictionary<string, string> { ["/"] = "/dev/mapper/sda2_crypt" });
                return null;
            })
            .On("mount", (ref arguments, _) =>
            {
                var mountable = arguments.ReadString();
                if (mountable != root)
                {
                    throw new GuestfsException("mount", "ENOENT", $"{mountable}: no such device");
                }

                mounted.Add(mountable);
                return null;
            });
        var keys = new KeyRing(new([], false, TerminalEcho.Hidden), null, (_, _) => new("right"u8));
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadWrite, "disk.img");

        var tree = await GuestTree.MountAsync(_guest.Handle, [], encrypted, GuestAccess.ReadWrite, _streams.Streams, CancellationToken.None);

        Assert.Equal(root, tree.Root);
        Assert.Equal([root], mounted);
        Assert.Equal("", _streams.Error);
    }

    [Fact]
    public async Task Without_a_key_the_encrypted_device_is_named_before_the_failure()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        _guest.List("inspect_os");
        using var keys = Ring();
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img");

        await Assert.ThrowsAsync<CommandFailedException>(
            () => GuestTree.MountAsync(_guest.Handle, [], encrypted, GuestAccess.ReadOnly, _streams.Streams, CancellationToken.None));

        Assert.StartsWith("virt-cat: warning: /dev/sda2 is encrypted (LUKS2): give --key /dev/sda2:key:", _streams.Error);
    }

    [Fact]
    public async Task An_encrypted_device_that_m_names_is_mounted_by_the_opened_one()
    {
        _types["/dev/sda2"] = "crypto_LUKS";
        _uuids["/dev/sda2"] = FirstUuid;
        var mounted = "";
        _guest.On("mount_options", (ref arguments, _) =>
        {
            mounted = $"{arguments.ReadString()} {arguments.ReadString()}";
            return null;
        });
        using var keys = Ring("all:key:right");
        var encrypted = new EncryptedDevices(_guest.Handle, keys, GuestAccess.ReadOnly, "disk.img");
        await encrypted.OpenAsync(CancellationToken.None);

        await GuestTree.MountAsync(_guest.Handle, [new("/dev/sda2")], encrypted, GuestAccess.ReadOnly, _streams.Streams, CancellationToken.None);

        Assert.Equal("ro /dev/mapper/luks-" + FirstUuid, mounted);
    }

    public void Dispose() => _guest.Dispose();

    private static KeyRing Ring(params string[] selectors) =>
        new(new([.. selectors.Select(KeyChoice.Parse)], false, TerminalEcho.Hidden), null, null);
}
