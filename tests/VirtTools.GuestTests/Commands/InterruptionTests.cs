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

    /// <summary>Signals and moments, in milliseconds after the start.</summary>
    public static TheoryData<int, int, int> Moments => new()
    {
        { Interrupt, 130, 50 },
        { Interrupt, 130, 700 },
        { Interrupt, 130, 2000 },
        { Terminate, 143, 50 },
        { Terminate, 143, 1500 },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_signal_ends_the_command_with_its_status_and_nothing_is_left(int signal, int status, int after)
    {
        using var folder = new TestFolder();
        using var process = Process.Start(Prepare(folder))!;
        process.StandardInput.Close();

        Thread.Sleep(after);
        Assert.Equal(0, Signal(process.Id, signal));
        var ending = Published.Finish(process);

        Assert.Equal(status, ending.ExitCode);
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
    public void A_QEMU_that_is_killed_in_the_middle_of_a_call_is_told_in_a_sentence()
    {
        using var folder = new TestFolder();
        using var process = Process.Start(Prepare(folder))!;
        process.StandardInput.Close();
        var qemu = WaitForQemu(folder);

        Thread.Sleep(500);
        Signal(qemu, Kill);
        var ending = Published.Finish(process);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("SIGKILL", ending.Error);
        AssertNothingLeft(folder);
    }

    /// <summary>With the signals at their defaults: who runs the tests in the background ignores SIGINT, and so would the command.</summary>
    private static ProcessStartInfo Prepare(TestFolder folder)
    {
        var start = Published.Prepare("virt-ls", folder.Path, Slow);
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--default-signal");
        start.FileName = "env";
        return start;
    }

    private static string[] Slow => ["-a", GuestImages.Debian.Get()[0].Path, "-m", "/dev/sda2", "-lR", "--checksum=sha512", "/usr"];

    private static int WaitForQemu(TestFolder folder)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            if (Published.QemusOf(folder.Path) is [var first, ..])
            {
                return first;
            }

            Thread.Sleep(20);
        }

        throw new TimeoutException("no QEMU was started");
    }

    private static void AssertNothingLeft(TestFolder folder)
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
    private static partial int Signal(int process, int signal);
}
