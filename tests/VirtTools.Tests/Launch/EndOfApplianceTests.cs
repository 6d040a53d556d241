using System.Text;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

public sealed class EndOfApplianceTests
{
    private static readonly ExitStatus Failed = new(1, null);

    [Theory]
    [InlineData("QEMU exited with status 1: qemu: no", "qemu: no")]
    [InlineData("QEMU exited with status 1: qemu: no", "qemu: no", "Is another process using the image?")]
    [InlineData("QEMU exited with status 1: qemu: no", "qemu: no", "qemu: terminating on signal 15")]
    [InlineData("QEMU exited with status 1: qemu: no", "qemu: no", "qemu: warning: no SSE3")]
    [InlineData("QEMU exited with status 1: only a hint", "only a hint")]
    [InlineData("QEMU exited with status 1: setresuid 7: Operation not permitted", "virttools-launch: setresuid 7: Operation not permitted")]
    [InlineData("QEMU exited with status 1: drive 12: Failed to get \"write\" lock",
        "qemu: -blockdev {\"driver\":\"file\",\"node-name\":\"drive12-1-file\",\"cache\":{\"direct\":false}}: Failed to get \"write\" lock")]
    [InlineData("QEMU exited with status 1: drive 3: Failed to get \"write\" lock",
        "qemu: -device scsi-hd,id=drive3,bus=scsi0.0,rerror=report: Failed to get \"write\" lock", "Is another process using the image [x]?")]
    [InlineData("QEMU exited with status 1")]
    public void The_reason_is_found_in_what_qemu_said(string expected, params string[] errors) =>
        Assert.Equal(expected, EndOfAppliance.Describe(Failed, errors, []));

    [Fact]
    public void What_the_guest_confessed_comes_before_what_qemu_said() => Assert.Equal(
        "the appliance failed (Kernel panic - not syncing) and QEMU exited with status 1",
        EndOfAppliance.Describe(Failed, ["qemu: no"], ["Kernel panic - not syncing", "Rebooting in 1 seconds.."]));

    [Fact]
    public void Before_a_panic_stands_what_the_kernel_stumbled_over() => Assert.Equal(
        "the appliance failed (BUG: unable to handle page fault for address: ff; Kernel panic - not syncing: Fatal exception) and QEMU exited with status 1",
        EndOfAppliance.Describe(
            Failed, [], ["BUG: unable to handle page fault for address: ff", "Oops: 0000 [#1]", "Kernel panic - not syncing: Fatal exception", "Rebooting in 1 seconds.."]));

    [Theory]
    [InlineData("Out of memory: Killed process 1", "; give the appliance more memory (LIBGUESTFS_MEMSIZE)")]
    [InlineData("guestfsd: error: it failed", "")]
    public void A_guest_that_lacks_memory_is_told_with_the_setting(string line, string remedy) =>
        Assert.Equal($"the appliance failed ({line}) and QEMU exited with status 1{remedy}", EndOfAppliance.Describe(Failed, [], [line]));

    [Fact]
    public void A_host_that_lacks_memory_is_told_with_the_setting() => Assert.Equal(
        "QEMU exited with status 1: qemu: cannot set up guest memory 'ram': Cannot allocate memory; free memory on this host, or give the appliance less (LIBGUESTFS_MEMSIZE)",
        EndOfAppliance.Describe(Failed, ["qemu: cannot set up guest memory 'ram': Cannot allocate memory"], []));

    [Fact]
    public void A_very_long_reason_is_cut() =>
        Assert.True(EndOfAppliance.Describe(Failed, ["qemu: " + new string('x', 10_000)], []).Length < 400);

    [Fact]
    public void Lines_for_messages_cannot_steer_a_terminal()
    {
        var lines = PlainLines.Of(Encoding.UTF8.GetBytes("\u001b[31mred\u0007\r\n\n  b\u009bc  \n"));

        Assert.Equal(["[31mred", "bc"], lines);
    }

    [Fact]
    public void A_console_that_nobody_reads_stays_small()
    {
        var console = new ConsoleLog();
        var block = new byte[100_000];

        for (var i = 0; i < 30; i++)
        {
            console.Add(block);
        }

        Assert.InRange(console.TakeNew().Length, 900_000, 1024 * 1024);
        Assert.Empty(console.TakeNew());
    }
}
