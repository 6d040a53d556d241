using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Keys;
using VirtTools.Commands;
using VirtTools.Tests.CommandLine;
using VirtTools.Wire;

namespace VirtTools.Tests.Commands;

public sealed class UsageJobTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly CapturedStreams _streams = new("virt-df");

    [Fact]
    public async Task Every_file_system_is_mounted_read_only_and_unmounted()
    {
        using var guest = Guest();

        var usage = await UsageReading.ReadAsync(guest.Handle, NoKeys(guest), "disk.img", CancellationToken.None);

        Assert.Equal(["/dev/sda1", "btrfsvol:/dev/sda4/sub"], usage.Filesystems.Select(f => f.Device));
        Assert.Equal(
            ["list_filesystems", "mount_ro", "statvfs", "umount_all", "mount_ro", "mount_ro", "statvfs", "umount_all"],
            guest.Calls.SkipWhile(call => call != "list_dm_devices").Skip(1));
    }

    [Fact]
    public async Task A_file_system_that_does_not_mount_is_a_failure_of_its_own()
    {
        using var guest = Guest();

        var usage = await UsageReading.ReadAsync(guest.Handle, NoKeys(guest), "disk.img", CancellationToken.None);

        Assert.Equal([new("/dev/sda3", "ext4", "mount_ro: /dev/sda3: bad superblock")], usage.Failures);
        Assert.True(usage.IsReadable);
    }

    [Fact]
    public async Task An_encrypted_device_without_a_key_is_a_failure_that_says_what_to_do()
    {
        using var guest = Guest()
            .List("list_partitions", "/dev/sda1", "/dev/sda6")
            .On("vfs_type", (ref _, result) =>
            {
                result.WriteString("crypto_LUKS");
                return null;
            })
            .On("vfs_uuid", (ref _, result) =>
            {
                result.WriteString("");
                return null;
            })
            .On("pread_device", (ref _, result) =>
            {
                result.WriteBytes([0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE, 0, 2]);
                return null;
            });

        var usage = await UsageReading.ReadAsync(guest.Handle, NoKeys(guest), "disk.img", CancellationToken.None);

        var locked = Assert.Single(usage.Failures, failure => failure.Device == "/dev/sda6");
        Assert.StartsWith("is encrypted (LUKS2): give --key", locked.Reason);
        Assert.Contains("--key /dev/sda6:key:", locked.Reason);
        Assert.Equal(["/dev/sda1", "btrfsvol:/dev/sda4/sub"], usage.Filesystems.Select(f => f.Device));
    }

    [Fact]
    public async Task Guests_are_printed_in_their_order_whichever_is_done_first()
    {
        var slow = new TaskCompletionSource<GuestUsage>();
        var printing = UsageReport.PrintAsync([slow.Task, Task.FromResult(Usage("b.img"))], Options("--csv"), _streams.Streams);

        slow.SetResult(Usage("a.img"));
        await printing;

        Assert.Equal(["a.img", "b.img"], _streams.Output.Split('\n')[1..3].Select(l => l.Split(',')[0]));
    }

    [Fact]
    public async Task Failures_are_complaints_and_the_rest_is_printed()
    {
        var bad = new GuestUsage("bad.img", [], [new(null, null, "no such image")], 0);
        var half = Usage("half.img") with { Failures = [new("/dev/sda3", "ext4", "bad superblock")] };

        await UsageReport.PrintAsync([Task.FromResult(bad), Task.FromResult(half)], Options("--csv"), _streams.Streams);

        Assert.Contains("half.img,/dev/sda1", _streams.Output);
        Assert.Equal("virt-df: bad.img: no such image\nvirt-df: half.img: /dev/sda3: bad superblock\n", _streams.Error);
        Assert.Equal(2, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task The_result_can_go_to_a_file()
    {
        var path = _folder.Path + "/virt.prom";

        await UsageReport.PrintAsync([Task.FromResult(Usage("a.img"))], Options($"--prometheus --output {path}"), _streams.Streams);

        Assert.Equal("", _streams.Output);
        Assert.Contains("virt_df_guest_readable{guest=\"a.img\"} 1", File.ReadAllText(path));
    }

    [Fact]
    public void With_each_every_image_is_a_guest()
    {
        Assert.Equal(2, Options("--each").Guests.Count);
        Assert.Single(Options("--csv").Guests);
    }

    public void Dispose() => _folder.Dispose();

    private static GuestUsage Usage(string name) => new(name, [new("/dev/sda1", "ext4", Samples.Counts(1024, 100, 50, 40, 10, 5))], [], 1);

    private static EncryptedDevices NoKeys(FakeGuest guest) =>
        new(guest.Handle, new KeyRing(new([], false, TerminalEcho.Hidden), null, null), GuestAccess.ReadOnly, "disk.img");

    private static FakeGuest Guest() => new FakeGuest()
        .List("list_partitions", "/dev/sda1", "/dev/sda3")
        .List("list_devices")
        .List("list_md_devices")
        .List("list_dm_devices")
        .On("list_filesystems", (ref _, result) =>
        {
            result.WriteDictionary(new Dictionary<string, string>
            {
                ["/dev/sda1"] = "ext4",
                ["/dev/sda2"] = "swap",
                ["/dev/sda3"] = "ext4",
                ["btrfsvol:/dev/sda4/sub"] = "btrfs",
                ["/dev/sda5"] = "unknown",
            });
            return null;
        })
        .On("mount_ro", (ref arguments, _) => arguments.ReadString() == "/dev/sda3"
            ? throw new GuestfsException("mount_ro", "EINVAL", "mount_ro: /dev/sda3: bad superblock")
            : null)
        .On("statvfs", (ref _, result) =>
        {
            StructCodecs.Write(result, Samples.Counts(1024, 100, 50, 40, 10, 5));
            return null;
        })
        .Accept("umount_all");

    private UsageOptions Options(string words)
    {
        foreach (var name in new[] { "a.img", "b.img" })
        {
            File.WriteAllText($"{_folder.Path}/{name}", "");
        }

        var options = new UsageOptions();
        options.Read(["-a", _folder.Path + "/a.img", "-a", _folder.Path + "/b.img", .. words.Split(' ')]);
        return options;
    }
}
