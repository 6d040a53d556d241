using System.Text;
using Microsoft.Extensions.Logging;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Commands;
using VirtTools.Posix;
using VirtTools.Tests.Commands;

namespace VirtTools.Tests.CommandLine;

public sealed class CommandProgramTests
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    [Fact]
    public async Task A_job_that_ends_well_has_status_0()
    {
        Assert.Equal(0, await RunAsync((_, context, _) => Task.Run(() => context.Streams.Write("result\n"))));

        Assert.Equal("result\n", Text(_output));
        Assert.Equal("", Text(_error));
    }

    [Fact]
    public async Task A_complaint_makes_the_status_1_and_the_rest_is_still_printed()
    {
        var status = await RunAsync((_, context, _) =>
        {
            context.Streams.Complain("disk.img: no such file in the guest: /x");
            context.Streams.Write("rest\n");
            return Task.CompletedTask;
        });

        Assert.Equal(1, status);
        Assert.Equal("rest\n", Text(_output));
        Assert.Equal("virt-test: disk.img: no such file in the guest: /x\n", Text(_error));
    }

    [Fact]
    public async Task A_failure_is_one_sentence_and_status_1()
    {
        Assert.Equal(1, await RunAsync((_, _, _) => throw new GuestfsException("launch", "ENOENT", "no \x1b[31mQEMU\nhere")));

        Assert.Equal("virt-test: no \\x1b[31mQEMU\\nhere\n", Text(_error));
    }

    [Fact]
    public async Task A_reader_that_has_gone_ends_the_command_without_a_word()
    {
        Assert.Equal(141, await RunAsync((_, _, _) => throw new OutputClosedException()));

        Assert.Equal("", Text(_error));
    }

    [Fact]
    public async Task A_reader_that_goes_in_the_middle_of_a_download_ends_the_command_without_a_word()
    {
        using var guest = new FakeGuest().Files("download", new Dictionary<string, byte[]> { ["/big"] = new byte[100_000], ["/next"] = [] });
        // The daemon of the test ends with the cancelled transfer, so nobody is there to answer when the handle closes.
        guest.Handle.SetAutosync(false);

        var status = await RunAsync(async (_, context, stop) =>
        {
            var streams = new CommandStreams("virt-test", new ClosedStream(), context.Streams.Error);
            await FileContent.PrintAsync(new(guest.Handle, GuestPaths.Plain), ["/big", "/next"], "disk.img", streams, stop);
        });

        Assert.Equal(141, status);
        Assert.Equal("", Text(_error));
        Assert.Equal(["download"], guest.Calls);
    }

    [Fact]
    public async Task A_full_disk_behind_the_output_is_a_sentence()
    {
        using var full = Descriptors.Open("/dev/full", OpenFlags.WriteOnly);
        var options = new TestOptions();
        options.Read([]);

        var status = await CommandProgram.RunJobAsync(
            options,
            new("virt-test", new DescriptorStream(full, "standard output"), _error),
            (_, context, _) => Task.Run(() => context.Streams.Write("result\n")));

        Assert.Equal(1, status);
        Assert.Equal("virt-test: standard output: No space left on device\n", Text(_error));
    }

    [Fact]
    public async Task Verbose_messages_go_to_standard_error_with_the_stack_of_a_failure()
    {
        var status = await RunAsync(
            (_, context, _) =>
            {
                context.Logger.LogDebug("looking");
                throw new CommandFailedException("not there");
            },
            "-v");

        Assert.Equal(1, status);
        Assert.StartsWith("looking\n", Text(_error));
        Assert.Contains("CommandFailedException", Text(_error));
    }

    [Fact]
    public async Task Values_in_messages_stand_without_quotes()
    {
        await RunAsync((_, context, _) => Task.Run(() => context.Logger.LogInformation("trace: {Text}", "launch \"x\"")));

        Assert.Equal("trace: launch \"x\"\n", Text(_error));
    }

    [Fact]
    public async Task Without_v_debugging_messages_are_not_shown()
    {
        await RunAsync((_, context, _) => Task.Run(() => context.Logger.LogDebug("looking")));

        Assert.Equal("", Text(_error));
    }

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());

    private Task<int> RunAsync(CommandJob<TestOptions> job, params string[] words)
    {
        var options = new TestOptions();
        options.Read(words);
        return CommandProgram.RunJobAsync(options, new("virt-test", _output, _error), job);
    }

    internal sealed class TestOptions : GuestOptions;

    /// <summary>A pipe that nobody reads.</summary>
    private sealed class ClosedStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new OutputClosedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new OutputClosedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new OutputClosedException();
    }
}
