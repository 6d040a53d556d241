using System.Text;
using System.Text.Json;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

public sealed class ApplianceLauncherTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly LaunchBench bench = new();

    private static long Soon => Environment.TickCount64 + 60_000;

    public void Dispose() => bench.Dispose();

    [Fact]
    public void A_started_guest_runs_and_its_console_is_read()
    {
        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        Assert.Contains("hello from the kernel", ReadConsoleUntil(appliance, "kernel"));
        Assert.Contains("hello from the kernel", appliance.Console.LastLines());
        Assert.Null(appliance.Exit);
        Assert.Equal("running", appliance.Qmp.Execute("query-status", null, Soon).GetProperty("status").GetString());
    }

    [Fact]
    public void Drives_sit_at_the_scsi_address_of_their_number_however_they_were_listed()
    {
        var drives = new[] { bench.Drive(5), bench.Drive(0) with { Serial = "first" }, bench.Drive(254) };

        using var appliance = ApplianceLauncher.Start(bench.Configuration with { Drives = drives });

        Assert.Equal([0, 5, 254], drives.Select(drive => Property(appliance, drive.Index, "scsi-id").GetInt32()).Order());
        Assert.Equal("first", Property(appliance, 0, "serial").GetString());
        Assert.All(drives, drive => Assert.Equal(0, Property(appliance, drive.Index, "lun").GetInt32()));
    }

    [Fact]
    public void Every_address_can_be_used_at_once()
    {
        var drives = Enumerable.Range(0, 255).Select(bench.Drive).ToArray();

        using var appliance = ApplianceLauncher.Start(bench.Configuration with { Drives = drives });

        var disks = appliance.Qmp.Execute("query-block", null, Soon).EnumerateArray()
            .Count(block => block.GetProperty("qdev").GetString()!.StartsWith("drive", StringComparison.Ordinal));
        Assert.Equal(255, disks);
    }

    [Fact]
    public void Drives_on_virtio_and_ide_are_there_too()
    {
        var drives = new[] { bench.Drive(0) with { Interface = DriveInterface.Virtio }, bench.Drive(1) with { Interface = DriveInterface.Ide }, bench.Drive(2) };

        using var appliance = ApplianceLauncher.Start(bench.Configuration with { Drives = drives });

        Assert.Equal(["ide-hd", "scsi-hd", "virtio-blk-pci"], drives.Select(drive => Property(appliance, drive.Index, "type").GetString()).Order());
    }

    [Fact]
    public void A_layer_never_opens_what_its_header_names()
    {
        var overlay = Overlay.Create(new TemporaryFolder(bench.Folder, "the test"), 1 << 20);
        using var kept = overlay;
        var drive = new LaunchDrive { Index = 0, ReadOnly = true, Layers = [overlay, bench.Layer("raw", readOnly: true)] };

        using var appliance = ApplianceLauncher.Start(bench.Configuration with { Drives = [drive] });

        var nodes = appliance.Qmp.Execute("query-named-block-nodes", """{"flat":true}""", Soon).EnumerateArray()
            .Where(node => node.GetProperty("node-name").GetString()!.StartsWith("drive", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, nodes.Length);
        Assert.All(nodes, node => Assert.DoesNotContain(bench.Folder, node.GetProperty("file").GetString()));
    }

    [Fact]
    public void A_root_that_is_written_is_an_overlay_without_a_name()
    {
        var appliance = bench.Configuration.Appliance with { WritesRoot = true };

        using var started = ApplianceLauncher.Start(bench.Configuration with { Appliance = appliance, TemporaryFolder = new(bench.Folder, "the test") });

        var nodes = started.Qmp.Execute("query-named-block-nodes", """{"flat":true}""", Soon).EnumerateArray()
            .ToDictionary(node => node.GetProperty("node-name").GetString()!, node => node.GetProperty("ro").GetBoolean());
        Assert.False(nodes["root-0"]);
        Assert.True(nodes["root-1"]);
        Assert.Equal(["initrd", "kernel", "root"], Directory.GetFiles(bench.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Qemu_is_fenced_in()
    {
        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        var status = File.ReadAllLines($"/proc/{appliance.ProcessId}/status")
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        Assert.Equal("2", status["Seccomp"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("0000000000000000", status["CapEff"]);
        Assert.DoesNotContain("0", status["Uid"].Split('\t'));
        Assert.Contains("Max core file size        0                    0", File.ReadAllText($"/proc/{appliance.ProcessId}/limits"));
    }

    [Fact]
    public void Qemu_has_no_descriptor_of_ours_but_those_it_needs()
    {
        using var secret = Descriptors.Open(bench.Folder + "/secret", OpenFlags.Create | OpenFlags.ReadWrite, 0x180);
        var (inherited, other) = Descriptors.CreateSocketPair();
        using var one = inherited;
        using var two = other;

        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        var open = Directory.GetFiles($"/proc/{appliance.ProcessId}/fd").Select(path => new FileInfo(path).LinkTarget).ToArray();
        Assert.DoesNotContain(bench.Folder + "/secret", open);
        Assert.DoesNotContain(Descriptors.ReadLink($"/proc/self/fd/{(int)one.DangerousGetHandle()}"), open);
    }

    [Fact]
    public void The_environment_of_qemu_holds_no_secret_of_ours()
    {
        Environment.SetEnvironmentVariable("VIRTTOOLS_TEST_TOKEN", "secret");

        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        Assert.DoesNotContain("VIRTTOOLS_TEST_TOKEN", File.ReadAllText($"/proc/{appliance.ProcessId}/environ"));
    }

    [Fact]
    public void A_file_that_was_not_named_cannot_be_opened_by_qemu()
    {
        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        var failure = Assert.Throws<QmpException>(() => appliance.Qmp.Execute(
            "blockdev-add", """{"driver":"file","node-name":"stolen","filename":"/etc/passwd","read-only":true}""", Soon));

        Assert.Contains("Permission denied", failure.Description);
    }

    [Fact]
    public void What_the_first_launch_learns_serves_the_next()
    {
        ApplianceLauncher.Start(bench.Configuration).Dispose();

        using var second = ApplianceLauncher.Start(bench.Configuration);

        Assert.StartsWith("pc-q35-", second.Plan.Machine);
        Assert.Equal(["qemu.json"], Directory.GetFiles(bench.Folder + "/cache").Select(Path.GetFileName));
    }

    [Fact]
    public void A_damaged_memory_of_earlier_launches_is_no_obstacle()
    {
        var binary = QemuBinary.Find(null);
        new HostKnowledge { Qemu = binary.Identity, Version = "7.2.22", Machine = "pc-q35-99.9" }.Save(bench.Folder + "/cache");

        using (var appliance = ApplianceLauncher.Start(bench.Configuration))
        {
            Assert.Equal("q35", appliance.Plan.Machine);
        }

        File.WriteAllText(bench.Folder + "/cache/qemu.json", "{\"qemu\": 7, garbage");
        ApplianceLauncher.Start(bench.Configuration).Dispose();
    }

    [Fact]
    public void A_guest_that_panics_is_named_in_the_description()
    {
        using var panicking = new LaunchBench(TinyKernel.Rebooting("Kernel panic - not syncing: test"));
        using var appliance = ApplianceLauncher.Start(panicking.Configuration);

        Assert.NotNull(appliance.WaitForExit(Long));

        Assert.Equal("the appliance failed (Kernel panic - not syncing: test) and QEMU exited with status 0", appliance.DescribeEnd());
    }

    [Fact]
    public void Killing_qemu_closes_the_channel_and_is_described()
    {
        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        appliance.Kill();

        Assert.Equal(0, appliance.Channel.Receive(new byte[1]));
        Assert.NotNull(appliance.WaitForExit(Long));
        Assert.Equal("QEMU was killed by SIGKILL", appliance.DescribeEnd());
    }

    [Fact]
    public async Task Disposing_leaves_no_process_and_can_be_repeated()
    {
        var appliance = await ApplianceLauncher.StartAsync(bench.Configuration);
        var processId = appliance.ProcessId;

        await appliance.DisposeAsync();
        await appliance.DisposeAsync();
        appliance.Dispose();

        Assert.False(Directory.Exists($"/proc/{processId}"));
    }

    [Fact]
    public void A_wrapper_script_that_executes_qemu_works_like_qemu()
    {
        var wrapper = bench.Script($"exec {QemuBinary.Find(null).Path} \"$@\"");

        using var appliance = ApplianceLauncher.Start(bench.Configuration with { Hypervisor = wrapper });

        Assert.Contains("hello from the kernel", ReadConsoleUntil(appliance, "kernel"));
    }

    [Fact]
    public void A_qemu_without_sandbox_is_used_with_a_warning()
    {
        var wrapper = bench.Script($"""
            for a in "$@"; do [ "$a" = -sandbox ] && echo 'qemu: -sandbox: There is no option group' >&2 && exit 1; done
            exec {QemuBinary.Find(null).Path} "$@"
            """);

        using var appliance = ApplianceLauncher.Start(bench.Configuration with { Hypervisor = wrapper });

        Assert.False(appliance.Plan.Sandbox);
        Assert.Contains("without its seccomp sandbox", Assert.Single(bench.Warnings));
    }

    [Fact]
    public void Kvm_that_fails_is_given_up_for_emulation_and_remembered()
    {
        var wrapper = bench.Script($"""
            for a in "$@"; do [ "$a" = kvm ] && echo 'qemu: failed to set MSR' >&2 && exit 1; done
            exec {QemuBinary.Find(null).Path} "$@"
            """);
        var configuration = TryingKvm(wrapper);

        using var appliance = ApplianceLauncher.Start(configuration);

        Assert.Equal(Accelerator.Tcg, appliance.Plan.Accelerator);
        Assert.False(HostKnowledge.Load(bench.Folder + "/cache", appliance.Plan.Binary).KvmWorks);
    }

    [Fact]
    public void What_fails_without_kvm_too_is_not_remembered_against_it()
    {
        var wrapper = bench.Script("echo 'qemu: it is Monday' >&2; exit 1");
        var configuration = TryingKvm(wrapper);

        Assert.Throws<LaunchException>(() => ApplianceLauncher.Start(configuration));

        Assert.Null(HostKnowledge.Load(configuration.CacheFolder, QemuBinary.Find(wrapper)).KvmWorks);
    }

    [Theory]
    [InlineData("unsupported machine type", true)]
    [InlineData("out of luck", false)]
    public void Only_a_qemu_that_does_not_know_the_remembered_machine_is_tried_with_another(string reason, bool isTriedAgain)
    {
        var wrapper = bench.Script($"""
            for a in "$@"; do case "$a" in *pc-q35-0.1*) echo 'qemu: {reason}' >&2; exit 1;; esac; done
            exec {QemuBinary.Find(null).Path} "$@"
            """);
        var configuration = bench.Configuration with { Hypervisor = wrapper, CacheFolder = bench.Folder + "/cache" };
        new HostKnowledge { Qemu = QemuBinary.Find(wrapper).Identity, Boot = HostKnowledge.ThisBoot, Machine = "pc-q35-0.1", Version = "0.1" }
            .Save(configuration.CacheFolder);

        var failure = Record.Exception(() => ApplianceLauncher.Start(configuration).Dispose());

        Assert.Equal(isTriedAgain, failure is null);
        Assert.Equal(!isTriedAgain, HostKnowledge.Load(configuration.CacheFolder, QemuBinary.Find(wrapper)).Machine == "pc-q35-0.1");
    }

    [Fact]
    public void A_guest_that_is_silent_under_kvm_is_started_again_under_emulation()
    {
        var wrapper = bench.Script($"""
            for a in "$@"; do
              case "$a" in kvm) a=tcg;; host) a=max;; esac
              set -- "$@" "$a"; shift
            done
            exec {QemuBinary.Find(null).Path} "$@"
            """);
        var configuration = TryingKvm(wrapper) with { KvmTrial = TimeSpan.FromMilliseconds(200) };

        using var appliance = ApplianceLauncher.Start(configuration);

        Assert.Equal(Accelerator.Tcg, appliance.Plan.Accelerator);
        Assert.Contains("hangs under KVM", HostKnowledge.Load(bench.Folder + "/cache", appliance.Plan.Binary).KvmFailure);
    }

    [Fact]
    public void Kvm_is_not_tried_where_it_objects_or_failed_before()
    {
        var wrapper = bench.Script($"""
            for a in "$@"; do [ "$a" = kvm ] && touch {bench.Folder}/cache/tried; done
            exec {QemuBinary.Find(null).Path} "$@"
            """);
        var configuration = TryingKvm(wrapper);
        LaunchBench.ChangeMode(bench.Folder + "/cache", 0b111_111_111);
        new HostKnowledge { Qemu = QemuBinary.Find(wrapper).Identity, Boot = HostKnowledge.ThisBoot, KvmWorks = false }.Save(configuration.CacheFolder);

        ApplianceLauncher.Start(configuration).Dispose();
        ApplianceLauncher.Start(configuration with { CacheFolder = null, ObjectionToKvm = () => "no" }).Dispose();

        Assert.False(File.Exists(bench.Folder + "/cache/tried"));
    }

    [Fact]
    public void Kvm_that_was_ordered_is_an_error_where_it_fails()
    {
        var wrapper = bench.Script("echo 'qemu: failed to set MSR' >&2; exit 1");

        var failure = Assert.Throws<LaunchException>(
            () => ApplianceLauncher.Start(bench.Configuration with { Hypervisor = wrapper, Accelerator = AcceleratorChoice.Kvm }));

        Assert.Equal($"{wrapper} could not start the appliance: QEMU exited with status 1: qemu: failed to set MSR; virt-appliance doctor looks for the cause", failure.Message);
    }

    [Fact]
    public void A_qemu_that_exits_at_once_is_quoted()
    {
        var wrapper = bench.Script("echo 'no such thing' >&2; exit 3");

        var failure = Assert.Throws<LaunchException>(() => ApplianceLauncher.Start(bench.Configuration with { Hypervisor = wrapper }));

        Assert.Equal($"{wrapper} could not start the appliance: QEMU exited with status 3: no such thing; virt-appliance doctor looks for the cause", failure.Message);
    }

    [Fact]
    public void A_qemu_that_hangs_ends_at_the_deadline()
    {
        var wrapper = bench.Script("exec sleep 1000");

        var failure = Assert.Throws<LaunchException>(
            () => ApplianceLauncher.Start(bench.Configuration with { Hypervisor = wrapper, Deadline = TimeSpan.FromSeconds(0.5) }));

        Assert.Equal($"{wrapper} did not start the appliance in 0.5 seconds (QEMU does not answer); virt-appliance doctor looks for the cause", failure.Message);
    }

    [Fact]
    public void A_qemu_that_is_too_old_is_told_so()
    {
        var wrapper = bench.Script("""
            echo '{"QMP": {"version": {"qemu": {"micro": 0, "minor": 11, "major": 2}, "package": ""}, "capabilities": []}}' >&3
            echo '{"return": {}, "id": 1}' >&3
            exec sleep 1000
            """);

        var failure = Assert.Throws<LaunchException>(() => ApplianceLauncher.Start(bench.Configuration with { Hypervisor = wrapper }));

        Assert.Contains("is QEMU 2.11.0, which is too old; 6.0 or newer is needed", failure.Message);
    }

    [Fact]
    public void A_disk_that_another_qemu_writes_is_refused_by_number()
    {
        var drive = bench.Drive(3);
        using var first = ApplianceLauncher.Start(bench.Configuration with { Drives = [drive] });
        using var again = Descriptors.Open(bench.Folder + "/layer0", OpenFlags.ReadWrite);

        // What the handle does for each drive that it opens for writing, and what a QEMU of somebody else does by itself.
        ImageLock.ForbidWriting(drive.Layers[0].Handle);
        var same = drive with { Layers = [drive.Layers[0] with { Handle = again }] };

        var failure = Assert.Throws<LaunchException>(() => ApplianceLauncher.Start(bench.Configuration with { Drives = [same] }));

        Assert.Contains("QEMU exited with status 1: drive 3: Failed to get \"write\" lock", failure.Message);
        ApplianceLauncher.Start(bench.Configuration with { Drives = [same with { ReadOnly = true }] }).Dispose();
    }

    [Fact]
    public void A_missing_qemu_is_named()
    {
        var failure = Assert.Throws<LaunchException>(() => ApplianceLauncher.Start(bench.Configuration with { Hypervisor = "/no/such/qemu" }));

        Assert.StartsWith("/no/such/qemu: not a program", failure.Message);
    }

    [Fact]
    public void A_missing_kernel_is_named()
    {
        File.Delete(bench.Configuration.Appliance.Kernel);

        var failure = Assert.Throws<LaunchException>(() => ApplianceLauncher.Start(bench.Configuration));

        Assert.StartsWith(bench.Configuration.Appliance.Kernel, failure.Message);
    }

    [Fact]
    public void Files_that_only_their_owner_may_read_still_boot()
    {
        foreach (var name in new[] { "kernel", "initrd", "root" })
        {
            LaunchBench.ChangeMode($"{bench.Folder}/{name}", 0b110_000_000);
        }

        using var appliance = ApplianceLauncher.Start(bench.Configuration);

        Assert.Contains("hello from the kernel", ReadConsoleUntil(appliance, "kernel"));
    }

    [Fact]
    public async Task Cancellation_leaves_no_process()
    {
        var wrapper = bench.Script($"echo $$ > {bench.Folder}/cache/pid; exec sleep 1000");
        LaunchBench.ChangeMode(bench.Folder + "/cache", 0b111_111_111);
        using var cancellation = new CancellationTokenSource();
        var start = ApplianceLauncher.StartAsync(bench.Configuration with { Hypervisor = wrapper }, cancellation.Token);
        string processId;
        while (!File.Exists(bench.Folder + "/cache/pid") || (processId = File.ReadAllText(bench.Folder + "/cache/pid").Trim()).Length == 0)
        {
            await Task.Delay(10);
        }

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.False(Directory.Exists($"/proc/{processId}"));
    }

    private LaunchConfiguration TryingKvm(string wrapper) => bench.Configuration with
    {
        Hypervisor = wrapper,
        Accelerator = AcceleratorChoice.Automatic,
        ObjectionToKvm = () => null,
    };

    private static JsonElement Property(ApplianceProcess appliance, int drive, string name) => appliance.Qmp.Execute(
        "qom-get", $$"""{"path":"/machine/peripheral/drive{{drive}}","property":"{{name}}"}""", Soon);

    private static string ReadConsoleUntil(ApplianceProcess appliance, string text)
    {
        using var arrived = new SemaphoreSlim(0);
        appliance.Console.Arrived += () => arrived.Release();
        var all = "";
        while (true)
        {
            all += Encoding.UTF8.GetString(appliance.Console.TakeNew());
            if (all.Contains(text, StringComparison.Ordinal))
            {
                return all;
            }

            Assert.True(arrived.Wait(Long), "nothing more on the console after: " + all);
        }
    }
}
