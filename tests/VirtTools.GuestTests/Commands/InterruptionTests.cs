using System.Diagnostics;
using System.Runtime.InteropServices;
using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Commands;

/// <summary>A command that is stopped leaves nothing: no QEMU, no file in the temporary folder.</summary>
public sealed partial class InterruptionTests
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The stages of a run, and how to know that one has come.</summary>
    private static readonly Dictionary<string, Action<TestFolder, Process>> Stages = new()
    {
        ["the command has just started"] = (_, _) => Thread.Sleep(50),
        ["QEMU has just started"] = (folder, _) => WaitForQemu(folder),
        ["the appliance boots"] = (folder, _) =>
        {
            WaitForQemu(folder);
            Thread.Sleep(1000);
        },
        ["a part of the output is there"] = (_, process) => Assert.NotNull(process.StandardOutput.ReadLine()),
    };

    public static TheoryData<string, int, int> Moments
    {
        get
        {
            var moments = new TheoryData<string, int, int>();
            foreach (var stage in Stages.Keys)
            {
                moments.Add(stage, Interrupt, 130);
                moments.Add(stage, Terminate, 143);
            }

            return moments;
        }
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_signal_ends_the_command_with_its_status_and_nothing_is_left(string stage, int signal, int status)
    {
        using var folder = new TestFolder();
        using var process = Process.Start(Prepare(folder))!;
        process.StandardInput.Close();

        Stages[stage](folder, process);
        Assert.Equal(0, Signal(process.Id, signal));
        var ending = Published.Finish(process);

        Assert.Equal((status, ""), (ending.ExitCode, ending.Error));
        AssertNothingLeft(folder);
    }

    [Fact]
    public void Virt_df_that_is_stopped_among_several_guests_leaves_nothing()
    {
        using var folder = new TestFolder();
        string[] disks = [.. GuestImages.ThirtyDrives.Get().Take(8).SelectMany(disk => (string[])["-a", disk.Path])];
        using var process = Process.Start(Prepare(folder, "virt-df", ["--each", .. disks]))!;
        process.StandardInput.Close();
        WaitForQemu(folder);

        Assert.Equal(0, Signal(process.Id, Terminate));
        var ending = Published.Finish(process);

        Assert.Equal(143, ending.ExitCode);
        AssertNothingLeft(folder);
    }

    [Fact]
    public void Killing_the_command_ends_its_QEMU()
    {
        using var folder = new TestFolder();
        using var process = Process.Start(Prepare(folder))!;
        process.StandardInput.Close();
        WaitForQemu(folder);

        Signal(process.Id, Kill);
        process.WaitForExit();

        AssertNothingLeft(folder);
    }

    [Fact]
    public void Killing_a_command_that_uses_the_cache_leaves_no_lock()
    {
        using var folder = new TestFolder();
        using var cache = new TestFolder();
        Assert.Equal(0, Published.Finish(InCache(Published.Prepare("virt-appliance", folder.Path, "install", Guests.ApplianceFolder), cache)).ExitCode);
        using var process = Process.Start(InCache(Prepare(folder), cache))!;
        process.StandardInput.Close();
        WaitForQemu(folder);
        var clean = InCache(Published.Prepare("virt-appliance", folder.Path, "clean"), cache);

        Signal(process.Id, Kill);
        process.WaitForExit();
        AssertNothingLeft(folder);
        var ending = Published.Finish(clean);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.DoesNotContain("root", Directory.GetFiles(cache.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public void A_QEMU_that_is_killed_in_the_middle_of_a_call_is_told_in_a_sentence()
    {
        using var folder = new TestFolder();
        using var process = Process.Start(Prepare(folder))!;
        process.StandardInput.Close();
        Assert.NotNull(process.StandardOutput.ReadLine());

        Signal(Published.QemusOf(folder.Path)[0], Kill);
        var ending = Published.Finish(process);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("SIGKILL", Assert.Single(ending.Error.TrimEnd('\n').Split('\n')));
        AssertNothingLeft(folder);
    }

    [Fact]
    public void A_QEMU_that_is_killed_while_it_boots_is_told_in_a_sentence()
    {
        using var folder = new TestFolder();
        var start = Prepare(folder);
        start.Environment["LIBGUESTFS_BACKEND_SETTINGS"] += ":no_template";

        // Where an earlier launch is remembered, one that fails early is tried once more without that memory.
        start.Environment["LIBGUESTFS_CACHEDIR"] = "/proc/virttools";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();

        Signal(WaitForQemu(folder), Kill);
        var ending = Published.Finish(process);

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("SIGKILL", Assert.Single(ending.Error.TrimEnd('\n').Split('\n')));
        AssertNothingLeft(folder);
    }

    /// <summary>With the signals at their defaults: who runs the tests in the background ignores SIGINT, and so would the command.</summary>
    private static ProcessStartInfo Prepare(TestFolder folder) => Prepare(folder, "virt-ls", Slow);

    private static ProcessStartInfo Prepare(TestFolder folder, string command, string[] arguments)
    {
        var start = Published.Prepare(command, folder.Path, arguments);
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--default-signal");
        start.FileName = "env";

        // A QEMU that dies under KVM is no end: the next one runs under emulation.
        start.Environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg";
        return start;
    }

    private static ProcessStartInfo InCache(ProcessStartInfo start, TestFolder cache)
    {
        start.Environment.Remove("LIBGUESTFS_PATH");
        start.Environment["LIBGUESTFS_CACHEDIR"] = cache.Path;
        return start;
    }

    /// <summary>Its first lines come soon, its last ones late.</summary>
    private static string[] Slow => ["-a", GuestImages.Debian.Get()[0].Path, "-m", "/dev/sda2", "-lR", .. Enumerable.Repeat("/usr", 50)];

    private static int WaitForQemu(TestFolder folder)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            // The one with a machine: before the first launch others are asked what they can do.
            if (Published.ProcessesOf(folder.Path, "-kernel") is [var first, ..])
            {
                return first;
            }

            Thread.Sleep(20);
        }

        throw new TimeoutException("no QEMU was started");
    }

    internal static void AssertNothingLeft(TestFolder folder)
    {
        var clock = Stopwatch.StartNew();
        while (Published.QemusOf(folder.Path).Count > 0 && clock.Elapsed < Grace)
        {
            Thread.Sleep(50);
        }

        Assert.Empty(Published.QemusOf(folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Signal(int process, int signal);
}
