using System.Text;
using VirtTools.Posix;

namespace VirtTools.Tests.Posix;

public sealed class ChildProcessTests
{
    [Fact]
    public void Output_error_and_status_come_back()
    {
        var run = ChildProcess.Run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], new());

        Assert.Equal("out\n", run.OutputText);
        Assert.Equal("err", run.ErrorText);
        Assert.Equal(new ExitStatus(3, null), run.Exit);
        Assert.False(run.IsSuccess);
    }

    [Fact]
    public void Arguments_and_environment_arrive_byte_for_byte()
    {
        var run = ChildProcess.Run(
            ["/bin/sh", "-c", "printf %s \"$1$X\"", "sh", "a\uDCFF"], new() { Environment = ["X=\uDC80é"] });

        Assert.Equal("a\uDCFF\uDC80é", run.OutputText);
    }

    [Fact]
    public void Input_larger_than_a_pipe_passes_through()
    {
        var input = new byte[1_000_000];
        Random.Shared.NextBytes(input);

        var run = ChildProcess.Run(["cat"], new() { Input = input });

        Assert.True(run.IsSuccess);
        Assert.Equal(input, run.Output);
    }

    [Fact]
    public void Too_much_output_ends_the_program()
    {
        var run = ChildProcess.Run(["cat", "/dev/zero"], new() { MaxOutput = 1000 });

        Assert.Equal(RunEnd.TooMuchOutput, run.End);
        Assert.Equal(1000, run.Output.Length);
    }

    [Fact]
    public void A_flood_on_standard_error_keeps_its_end_only()
    {
        var run = ChildProcess.Run(["/bin/sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo line$i; i=$((i+1)); done >&2"], new() { MaxError = 100 });

        Assert.True(run.IsSuccess);
        Assert.Equal(100, run.Error.Length);
        Assert.EndsWith("line2999", run.ErrorText);
    }

    [Fact]
    public void A_program_that_runs_too_long_is_killed()
    {
        var run = ChildProcess.Run(["sleep", "1000"], new() { Deadline = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(RunEnd.TooLate, run.End);
        Assert.Equal(Signals.Kill, run.Exit.Signal);
        Assert.Equal("ran too long and was killed", run.Ending);
    }

    [Fact]
    public async Task Cancellation_kills_the_program()
    {
        using var cancellation = new CancellationTokenSource();
        var run = ChildProcess.RunAsync(["sleep", "1000"], new(), cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void A_grandchild_that_keeps_the_pipe_does_not_keep_us()
    {
        var run = ChildProcess.Run(["/bin/sh", "-c", "echo out; sleep 1000 & echo $!"], new());

        Assert.True(run.IsSuccess);
        var lines = run.OutputText.Split('\n');
        Assert.Equal("out", lines[0]);
        ChildProcess.Run(["kill", lines[1]], new());
    }

    [Fact]
    public void A_child_has_no_descriptor_that_was_not_given()
    {
        using var file = Descriptors.CreateMemoryFile("mapped");

        var run = ChildProcess.Run(["/bin/ls", "/proc/self/fd"], new() { Descriptors = [new(file, 5)] });

        // 3 is the folder that ls reads.
        Assert.Equal("0\n1\n2\n3\n5\n", run.OutputText);
    }

    [Fact]
    public void Descriptors_that_trade_places_arrive_where_they_should()
    {
        using var one = Descriptors.CreateMemoryFile("one");
        using var two = Descriptors.CreateMemoryFile("two");
        var first = (int)one.DangerousGetHandle();
        var second = (int)two.DangerousGetHandle();
        if (first < 3 || second < 3)
        {
            throw new InvalidOperationException("the test host has closed its standard descriptors");
        }

        var run = ChildProcess.Run(
            ["/bin/readlink", $"/proc/self/fd/{first}", $"/proc/self/fd/{second}"],
            new() { Descriptors = [new(one, second), new(two, first)] });

        Assert.Equal("/memfd:two (deleted)\n/memfd:one (deleted)\n", run.OutputText);
    }

    [Fact]
    public void Signals_are_reset_in_the_child()
    {
        // The runtime ignores SIGPIPE; a child that inherits that never ends in "| head -1".
        var run = ChildProcess.Run(["/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"], new());

        // The upper half holds 32 and 33, which the C library keeps for itself.
        Assert.Matches(@"^SigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n$", run.OutputText);
    }

    [Fact]
    public void A_missing_program_is_an_error_with_its_name()
    {
        var failure = Assert.Throws<PosixException>(() => ChildProcess.Run(["no-such-program-here"], new()));

        Assert.Equal("ENOENT", failure.ErrnoName);
        Assert.StartsWith("no-such-program-here", failure.Message);
    }

    [Fact]
    public void The_working_folder_is_the_one_asked_for()
    {
        var run = ChildProcess.Run(["/bin/pwd"], new() { WorkingDirectory = "/usr" });

        Assert.Equal("/usr\n", run.OutputText);
    }

    [Fact]
    public void Disposing_ends_and_reaps_the_child()
    {
        var child = ChildProcess.Start("/bin/sleep", ["sleep", "1000"], new());
        var processId = child.ProcessId;

        child.Dispose();
        child.Dispose();

        Assert.False(Directory.Exists($"/proc/{processId}"));
    }

    [Fact]
    public async Task Waiting_for_many_children_needs_no_pool_thread()
    {
        var runs = Enumerable.Range(0, 50)
            .Select(number => ChildProcess.RunAsync(["/bin/echo", $"{number}"], new()))
            .ToArray();

        var completed = await Task.WhenAll(runs);

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"{number}\n"), completed.Select(run => run.OutputText));
    }

    [Fact]
    public void A_pipe_buffer_of_output_left_at_exit_is_not_lost()
    {
        var run = ChildProcess.Run(["/usr/bin/head", "-c", "60000", "/dev/zero"], new());

        Assert.Equal(60000, run.Output.Length);
        Assert.Equal(0, Encoding.ASCII.GetString(run.Output).Trim('\0').Length);
    }
}
