using System.Diagnostics;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;

namespace VirtTools.GuestTests.Handle;

/// <summary>The states of a handle with a real appliance (manual, STATE MACHINE), and several of them at once.</summary>
public sealed class StateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-states-").FullName;

    [Fact]
    public void A_handle_whose_QEMU_is_killed_goes_back_to_CONFIG_and_can_be_launched_again()
    {
        using var handle = Guests.Prepare();
        handle.AddDrive(GuestImages.Named("ext4").GetPath(), new() { ReadOnly = true });
        var ended = 0;
        var launched = 0;
        handle.AddEventHandler(GuestEvents.SubprocessQuit, _ => ended++);
        handle.AddEventHandler(GuestEvents.LaunchDone, _ => launched++);
        Assert.True(handle.IsConfig());
        handle.Launch();
        Assert.True(handle.IsReady());

        using (var qemu = Process.GetProcessById(handle.GetPid()))
        {
            qemu.Kill();
            qemu.WaitForExit();
        }

        Assert.Throws<GuestfsException>(() => handle.ListDevices());
        Assert.Equal((true, 1), (handle.IsConfig(), ended));
        handle.Launch();
        handle.MountRo("/dev/sda", "/");

        Assert.Equal("ext4\n", handle.Cat("/etc/hostname"));
        Assert.Equal((true, 2, 1), (handle.IsReady(), launched, ended));
    }

    [Fact]
    public void Kill_subprocess_ends_the_appliance_and_the_handle_takes_another_drive()
    {
        using var handle = Guests.Prepare();
        handle.AddDrive(GuestImages.Named("ext4").GetPath(), new() { ReadOnly = true });
        handle.Launch();
        var qemu = handle.GetPid();

        handle.KillSubprocess();

        Assert.True(handle.IsConfig());
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(qemu));
        handle.AddDrive(GuestImages.Named("ext2").GetPath(), new() { ReadOnly = true });
        handle.Launch();
        Assert.Equal(["/dev/sda", "/dev/sdb"], handle.ListDevices());
    }

    [Fact]
    public async Task Calls_of_many_threads_on_two_handles_each_get_their_own_answer()
    {
        using var first = Mounted("ext4");
        using var second = Mounted("ext2");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            Enumerable.Range(0, 20).Select(_ => (i % 2 == 0 ? first : second).Cat("/etc/hostname")).Distinct().ToArray())));

        Assert.All(answers.Index(), answer => Assert.Equal([answer.Index % 2 == 0 ? "ext4\n" : "ext2\n"], answer.Item));
    }

    [Fact]
    public void A_launch_that_takes_too_long_fails_and_leaves_the_handle_in_CONFIG()
    {
        var hanging = Path.Combine(_folder, "qemu");
        File.WriteAllText(hanging, "#!/bin/sh\nexec sleep 1000\n");
        File.SetUnixFileMode(hanging, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var handle = Guests.Prepare();
        handle.SetHv(hanging);
        handle.SetBackendSettings(["force_tcg"]);
        handle.LaunchDeadline = TimeSpan.FromSeconds(2);
        handle.AddDriveScratch(1 << 20);

        Assert.Throws<GuestfsException>(handle.Launch);

        Assert.True(handle.IsConfig());
    }

    [Fact]
    public void Disposing_a_handle_leaves_on_the_disk_what_was_written()
    {
        var disk = GuestImages.Named("ext4").CopyTo(_folder);
        using (var handle = Guests.Prepare())
        {
            handle.AddDrive(disk);
            handle.Launch();
            handle.Mount("/dev/sda", "/");
            handle.Write("/written", "before the end"u8.ToArray());
        }

        var read = Programs.Debugfs.Run("-R", "cat /written", disk).Text;

        Assert.Equal("before the end", read);
    }

    [Fact]
    public void A_drive_on_virtio_is_reached_by_its_own_name_and_by_the_standard_one()
    {
        using var handle = Guests.Prepare();
        handle.AddDrive(GuestImages.Named("gpt").GetPath(), new() { ReadOnly = true, Iface = "virtio" });
        handle.Launch();

        Assert.Equal(["/dev/vda"], handle.ListDevices());
        handle.MountRo("/dev/sda2", "/");
        Assert.Equal("gpt\n", handle.Cat("/etc/hostname"));
        handle.UmountAll();
        handle.MountRo("/dev/vda2", "/");
        Assert.Equal("gpt\n", handle.Cat("/etc/hostname"));

        // Only the standard name stands for others.
        Assert.Equal("ENOENT", Assert.Throws<GuestfsException>(() => handle.BlockdevGetss("/dev/hda2")).ErrnoName);
    }

    [Fact]
    public void Options_of_a_drive_are_those_that_the_guest_sees()
    {
        using var handle = Guests.Prepare();
        handle.AddDrive(GuestImages.Named("ext4").GetPath(), new() { ReadOnly = true, Label = "archive", CopyOnRead = true });
        handle.AddDriveScratch(8 << 20, new() { Label = "scratch", BlockSize = 4096 });
        handle.Launch();

        Assert.Equal(512, handle.BlockdevGetss("/dev/disk/guestfs/archive"));
        Assert.Equal(4096, handle.BlockdevGetss("/dev/disk/guestfs/scratch"));
        Assert.Equal(8 << 20, handle.BlockdevGetsize64("/dev/disk/guestfs/scratch"));
        handle.MountRo("/dev/disk/guestfs/archive", "/");
        Assert.Equal("ext4\n", handle.Cat("/etc/hostname"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Guestfs Mounted(string guest)
    {
        var handle = Guests.Launch(GuestImages.Named(guest));
        handle.MountRo("/dev/sda", "/");
        return handle;
    }
}
