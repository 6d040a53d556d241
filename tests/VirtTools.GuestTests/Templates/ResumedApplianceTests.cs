using System.Diagnostics;
using VirtTools.GuestTests.Commands;
using VirtTools.Launch;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.GuestTests.Templates;

/// <summary>What a machine must be that goes on where a template was taken: today's, and like no other.</summary>
public sealed class ResumedApplianceTests : IDisposable
{
    private const long DiskSize = 64 * 1024 * 1024;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_second_launch_is_resumed_from_what_the_first_one_made()
    {
        using (var first = Launch(out var firstSaid))
        {
            Assert.Contains(firstSaid, line => line.Contains("state restored", StringComparison.Ordinal));
            Assert.DoesNotContain(firstSaid, line => line.Contains("rehearsal, ", StringComparison.Ordinal));
        }

        var made = Template();
        using var second = Launch(out var secondSaid);

        Assert.Contains(secondSaid, line => line.Contains("state restored", StringComparison.Ordinal));
        Assert.Equal(made, Template());
        Assert.Equal(["/dev/sda"], second.ListDevices());
        Assert.Equal(DiskSize, second.BlockdevGetsize64("/dev/sda"));
    }

    [Fact]
    public void A_drive_that_qemu_cannot_have_is_no_reason_to_wait_nor_to_throw_the_template_away()
    {
        const long NobodyReads = 200; // QEMU's lock byte against readers
        Launch(out _).Dispose();
        var made = Template();
        using var other = Descriptors.Open(Disk("disk.img", DiskSize), OpenFlags.ReadWrite);
        Assert.True(Descriptors.LockRange(other, LockKind.Exclusive, NobodyReads, 1, LockWait.Refuse));
        using var handle = Prepare();
        using var said = Listen(handle, out var lines);
        handle.AddDrive(folder["disk.img"], new() { Format = "raw" });

        var failure = Assert.Throws<GuestfsException>(handle.Launch);

        Assert.Contains("lock", failure.Message, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("QEMU does not go on", StringComparison.Ordinal));
        Assert.Equal(made, Template());
    }

    [Fact]
    public void The_clock_is_right()
    {
        Launch(out _).Dispose();
        Thread.Sleep(TimeSpan.FromSeconds(3));

        using var guest = Launch(out _);
        guest.Mkfs("ext2", "/dev/sda");
        guest.Mount("/dev/sda", "/");
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        guest.Touch("/now");
        var after = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        Assert.InRange(guest.Statns("/now").StMtimeSec, before - 1, after + 1);
    }

    [Fact]
    public void Two_resumes_of_one_template_draw_different_numbers()
    {
        Launch(out _).Dispose();

        var one = Draw();
        var other = Draw();

        Assert.Equal(3, one.Length);
        Assert.All(one.Zip(other), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void Sector_size_and_label_of_the_drive_count_not_those_of_the_placeholder()
    {
        Launch(out _).Dispose();
        using var guest = Prepare();
        using var said = Listen(guest, out var lines);
        guest.AddDrive(Disk("large.img", 3 * DiskSize), new() { Format = "raw", BlockSize = 4096, Label = "largesectors" });

        guest.Launch();

        Assert.Contains(lines, line => line.Contains("state restored", StringComparison.Ordinal));
        Assert.Equal(4096, guest.BlockdevGetss("/dev/sda"));
        Assert.Equal(3 * DiskSize, guest.BlockdevGetsize64("/dev/sda"));
        Assert.Equal(["largesectors"], guest.ListDiskLabels().Keys);
    }

    [Fact]
    public void Partitions_and_contents_are_those_of_the_drive()
    {
        using (var maker = Launch(out _))
        {
            maker.PartInit("/dev/sda", "gpt");
            maker.PartAdd("/dev/sda", "p", 2048, 65535);
            maker.PartAdd("/dev/sda", "p", 65536, 100000);
            maker.Mkfs("ext4", "/dev/sda1");
            maker.Mount("/dev/sda1", "/");
            maker.Write("/file", "content"u8.ToArray());
        }

        using var guest = Launch(out _, readOnly: true);

        Assert.Equal(["/dev/sda1", "/dev/sda2"], guest.ListPartitions());
        guest.MountRo("/dev/sda1", "/");
        Assert.Equal("content", guest.Cat("/file"));
    }

    [Fact]
    public void A_handle_without_drives_has_none()
    {
        Launch(out _).Dispose();
        using var guest = Prepare();

        guest.Launch();

        Assert.Empty(guest.ListDevices());
    }

    [Fact]
    public void Drives_come_in_their_order_whatever_their_number()
    {
        using var guest = Prepare();
        using var said = Listen(guest, out var lines);
        const int Count = 255;
        for (var i = 0; i < Count; i++)
        {
            guest.AddDrive(Disk($"disk{i}.img", (i + 1) * 512L * 8), new() { Format = "raw", ReadOnly = true });
        }

        guest.Launch();

        var devices = guest.ListDevices();
        Assert.Contains(lines, line => line.Contains("state restored", StringComparison.Ordinal));
        Assert.Equal(Count, devices.Length);
        Assert.Equal("/dev/sdiu", devices[^1]);
        Assert.All((int[])[0, 1, 25, 26, 27, 100, 253, 254], i => Assert.Equal((i + 1) * 512L * 8, guest.BlockdevGetsize64(devices[i])));
    }

    [Fact]
    public void A_256th_drive_is_refused_before_anything_starts()
    {
        using var guest = Prepare();
        var disk = Disk("disk.img", DiskSize);
        for (var i = 0; i < 255; i++)
        {
            guest.AddDrive(disk, new() { Format = "raw", ReadOnly = true });
        }

        var failure = Assert.Throws<GuestfsException>(() => guest.AddDrive(disk, new() { Format = "raw", ReadOnly = true }));

        Assert.Contains("255 drives already", failure.Message);
        Assert.Throws<GuestfsException>(() => guest.GetPid());
    }

    [Fact]
    public void What_cannot_be_resumed_boots_and_works()
    {
        Launch(out _).Dispose();
        using var guest = Prepare();
        using var said = Listen(guest, out var lines);
        guest.AddDrive(Disk("disk.img", DiskSize), new() { Format = "raw", ReadOnly = true });
        guest.SetAppend("virttools_test=1");

        guest.Launch();

        Assert.Contains(lines, line => line.Contains("the appliance boots: extra options for the kernel", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("booted", StringComparison.Ordinal));
        Assert.Equal(["/dev/sda"], guest.ListDevices());
    }

    [Fact]
    public void A_state_that_does_not_load_is_thrown_away_and_the_appliance_boots()
    {
        Launch(out _).Dispose();
        Forge(Template());

        using var guest = Launch(out var lines);

        Assert.Contains(lines, line => line.Contains("booted", StringComparison.Ordinal));
        Assert.Equal(["/dev/sda"], guest.ListDevices());
        Assert.Empty(Directory.GetDirectories(Templates));
    }

    [Fact]
    public void A_machine_that_somebody_kills_while_it_is_resumed_is_no_reason_to_throw_the_template_away()
    {
        var qemu = folder["qemu"];
        File.WriteAllText(
            qemu,
            $"""
            #!/bin/sh
            case "$*" in *" -incoming "*) [ ! -e {folder["kill"]} ] || kill -9 $$ ;; esac
            exec {QemuBinary.Find(null).Path} "$@"

            """);
        File.SetUnixFileMode(qemu, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101); // where a QEMU without powers looks for the file
        Launch(out _, hypervisor: qemu).Dispose();
        var made = Template();
        File.WriteAllText(folder["kill"], "");

        using var guest = Launch(out var lines, hypervisor: qemu);

        Assert.Contains(lines, line => line.Contains("the appliance boots", StringComparison.Ordinal) && line.Contains("SIGKILL", StringComparison.Ordinal));
        Assert.Equal(["/dev/sda"], guest.ListDevices());
        Assert.Equal(made, Template());
    }

    [Fact]
    public void QEMU_can_only_read_what_others_are_resumed_from()
    {
        using var guest = Launch(out _);

        var qemu = guest.GetPid();
        var memory = Directory.GetFiles($"/proc/{qemu}/fd").Single(path => new FileInfo(path).LinkTarget == $"{Template()}/memory");

        var flags = File.ReadLines($"/proc/{qemu}/fdinfo/{Path.GetFileName(memory)}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
        const int AccessMode = 3;
        Assert.Equal(0, Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & AccessMode);
        Assert.Contains(File.ReadLines($"/proc/{qemu}/status"), line => line == "Seccomp:\t2");
        Assert.DoesNotContain(File.ReadLines($"/proc/{qemu}/maps"), line => line.EndsWith("/memory", StringComparison.Ordinal) && line.Split(' ')[1][3] == 's');
    }

    [Fact]
    public void A_LUKS2_volume_with_argon2id_opens()
    {
        Launch(out _).Dispose();
        using var guest = Launch(out var lines);

        guest.LuksFormat("/dev/sda", "passphrase", 0);
        guest.CryptsetupOpen("/dev/sda", "passphrase", "opened");

        Assert.Contains(lines, line => line.Contains("state restored", StringComparison.Ordinal));
        Assert.Contains("/dev/mapper/opened", guest.ListDmDevices());
    }

    [Fact]
    public void Many_at_once_on_an_empty_cache_all_work_and_make_one_template()
    {
        var disk = Disk("disk.img", DiskSize);
        const int Processes = 20;
        var running = Enumerable.Range(0, Processes).Select(_ =>
        {
            var start = Published.Prepare("virt-df", folder.Path, "--csv", "-a", disk);
            start.Environment["LIBGUESTFS_CACHEDIR"] = folder.Path;
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }).ToArray();

        var endings = running.Select(Published.Finish).ToArray();

        Assert.All(endings, ending => Assert.Equal((0, ""), (ending.ExitCode, ending.Error)));
        Assert.Single(endings.Select(ending => ending.Text).Distinct());
        Assert.Single(Directory.GetDirectories(Templates));
        Array.ForEach(running, process => process.Dispose());
    }

    /// <summary>Milliseconds after the start of a command that makes its template first.</summary>
    public static TheoryData<int> Moments => [30, 300, 1500, 3000, 5000];

    [Theory]
    [MemberData(nameof(Moments))]
    public void Killing_the_maker_leaves_nothing_that_keeps_the_next_one_from_working(int after)
    {
        var disk = Disk("disk.img", DiskSize);
        var start = Published.Prepare("virt-df", folder.Path, "-a", disk);
        start.Environment["LIBGUESTFS_CACHEDIR"] = folder.Path;
        using (var process = Process.Start(start)!)
        {
            Thread.Sleep(after);
            process.Kill();
            process.WaitForExit();
        }

        var clock = Stopwatch.StartNew();
        while (Published.QemusOf(folder.Path).Count > 0 && clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            Thread.Sleep(50);
        }

        Assert.Empty(Published.QemusOf(folder.Path));
        Assert.Equal((0, ""), (Published.Finish(start) is var next ? next.ExitCode : 1, next.Error));
        Assert.Single(Directory.GetDirectories(Templates));
    }

    private string Templates => Path.Combine(Directory.GetDirectories(folder.Path, "virttools-*").Single(), "templates");

    private string Template() => Directory.GetDirectories(Templates).Single();

    private string Disk(string name, long size)
    {
        if (!File.Exists(folder[name]))
        {
            using var file = new FileStream(folder[name], FileMode.CreateNew);
            file.SetLength(size);
        }

        return folder[name];
    }

    private Guestfs Prepare()
    {
        var handle = Guests.Prepare();
        handle.SetCachedir(folder.Path);
        return handle;
    }

    private static IDisposable Listen(Guestfs handle, out List<string> lines)
    {
        List<string> heard = lines = [];
        return handle.AddEventHandler(GuestEvents.Library, happened => heard.Add(happened.Message));
    }

    private Guestfs Launch(out List<string> lines, bool readOnly = false, string? hypervisor = null)
    {
        var handle = Prepare();
        try
        {
            if (hypervisor is not null)
            {
                handle.SetHv(hypervisor);
            }

            Listen(handle, out lines);
            handle.AddDrive(Disk("disk.img", DiskSize), new() { Format = "raw", ReadOnly = readOnly });
            handle.Launch();
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // What a guest draws at random: a UUID by a program of the appliance, a GUID, and a name for a temporary file by the daemon.
    private string[] Draw()
    {
        using var guest = Launch(out _);
        guest.PartInit("/dev/sda", "gpt");
        var table = guest.PartGetDiskGuid("/dev/sda");
        guest.Mkfs("ext4", "/dev/sda");
        guest.Mount("/dev/sda", "/");
        return [guest.VfsUuid("/dev/sda"), table, guest.Mktemp("/nameXXXXXX")];
    }

    // Other bytes, and a manifest that agrees with them: what only QEMU can find.
    private static void Forge(string folder)
    {
        var state = $"{folder}/state";
        var manifest = $"{folder}/manifest.json";
        File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var file = new FileStream(state, FileMode.Open))
        {
            file.Position = 1000;
            file.Write(new byte[file.Length - 1000]);
        }

        File.SetUnixFileMode(manifest, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var old = TemplateManifest.Parse(File.ReadAllBytes(manifest))!;
        var identity = FileIdentity.Of(Descriptors.Stat(state));
        File.WriteAllBytes(manifest, (old with { State = old.State with { Identity = identity } }).ToJson());
    }
}
