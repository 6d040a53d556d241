using System.Text.Json;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Commands;
using VirtTools.Posix;
using VirtTools.Tests.Commands;
using VirtTools.Tests.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;

namespace VirtTools.Tests.Resize;

public sealed class MachineReadableTests : IDisposable
{
    // What the original of guestfs-tools 1.48 prints where its appliance knows all file systems.
    private const string Features =
        "virt-resize\nntfsresize-force\n32bitok\n128-sector-alignment\nalignment\nalign-first\ninfile-uri\nntfs\nbtrfs\nxfs\nf2fs\n";

    private readonly ScratchFolder _folder = new();
    private readonly CapturedStreams _captured = new("virt-resize");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--machine-readable")]
    [InlineData("--machine-readable=stream:stdout")]
    [InlineData("--machine-readable", "-n")]
    public async Task Alone_it_lists_what_the_program_can_do(params string[] words)
    {
        await RunAsync(words);

        Assert.Equal((Features, ""), (_captured.Output, _captured.Error));
    }

    [Fact]
    public async Task The_list_goes_to_standard_error()
    {
        await RunAsync("--machine-readable=stream:stderr");

        Assert.Equal(("", Features), (_captured.Output, _captured.Error));
    }

    [Fact]
    public async Task The_list_goes_to_a_file_whose_old_content_is_gone()
    {
        var path = Path.Combine(_folder.Path, "features");
        await File.WriteAllTextAsync(path, new string('x', 1000));

        await RunAsync($"--machine-readable=file:{path}");

        Assert.Equal(("", Features), (_captured.Output, await File.ReadAllTextAsync(path)));
    }

    [Fact]
    public async Task The_list_goes_to_an_open_descriptor()
    {
        var path = Path.Combine(_folder.Path, "features");
        using (var file = Descriptors.Open(path, OpenFlags.WriteOnly | OpenFlags.Create, 0x1A4))
        {
            await RunAsync($"--machine-readable=fd:{file.DangerousGetHandle()}");
        }

        Assert.Equal(("", Features), (_captured.Output, await File.ReadAllTextAsync(path)));
    }

    [Theory]
    [InlineData("paper", "invalid format string for --machine-readable: paper")]
    [InlineData("", "invalid format string for --machine-readable: ")]
    [InlineData("fd:", "invalid format string for --machine-readable: fd:")]
    [InlineData("file:", "invalid format string for --machine-readable: file:")]
    [InlineData("fd:x", "invalid output fd for --machine-readable: fd:x")]
    [InlineData("fd:-1", "invalid output fd for --machine-readable: fd:-1")]
    [InlineData("stream:paper", "invalid output stream for --machine-readable: stream:paper")]
    public void A_format_that_names_nothing_is_refused_in_the_words_of_the_original(string format, string sentence)
    {
        var refusal = Assert.Throws<UsageException>(() => new ResizeOptions().Read([$"--machine-readable={format}"]));

        Assert.StartsWith(sentence, refusal.Message);
    }

    [Fact]
    public void Messages_are_lines_of_JSON_and_progress_is_numbers()
    {
        var messages = Messages("--machine-readable", "in.img", "out.img");

        messages.Step("Examining in.img");
        messages.Warn("a \"quoted\" warning of 3 \u00e4");
        messages.Progress("copying", 1, 4);
        messages.Progress("copying", 1, 4);
        messages.Progress("copying", 4, 4);

        var lines = _captured.Output.Split('\n');
        Assert.Equal(("message", "Examining in.img"), Told(lines[0]));
        Assert.Matches(@"^\[ +[0-9.]+\] Examining in.img$", lines[1]);
        Assert.Equal(("warning", "a \"quoted\" warning of 3 \u00e4"), Told(lines[2]));
        Assert.Equal(["1/4", "4/4", ""], lines[3..]);
        Assert.Equal("virt-resize: warning: a \"quoted\" warning of 3 \u00e4\n", _captured.Error);
    }

    [Fact]
    public void A_name_that_is_no_UTF_8_is_told_all_the_same()
    {
        Messages("--machine-readable", "in.img", "out.img").TellFailure(ByteString.GetString([(byte)'a', 0xFF]));

        Assert.Equal(("error", "a\ufffd"), Told(_captured.Output.TrimEnd('\n')));
    }

    [Fact]
    public void With_json_standard_output_holds_the_document_alone_and_another_file_the_messages()
    {
        var path = Path.Combine(_folder.Path, "messages");
        var silent = Messages("--machine-readable", "--json", "in.img", "out.img");
        var elsewhere = Messages($"--machine-readable=file:{path}", "--json", "in.img", "out.img");

        silent.Step("first");
        elsewhere.Step("second");
        silent.WriteDocument("{}");

        Assert.Equal("{}\n", _captured.Output);
        Assert.Equal(("message", "second"), Told(File.ReadAllText(path).TrimEnd('\n')));
    }

    [Fact]
    public void Quiet_is_quiet_for_programs_too_but_for_what_is_wrong()
    {
        var messages = Messages("--machine-readable", "-q", "in.img", "out.img");

        messages.Step("Examining in.img");
        messages.TellFailure("too small");

        Assert.Equal(("error", "too small"), Told(_captured.Output.TrimEnd('\n')));
    }

    [Fact]
    public async Task A_failure_is_told_to_programs_and_to_people()
    {
        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync("--machine-readable", "/nowhere/in.img", "/nowhere/out.img"));

        Assert.Contains("/nowhere/in.img: no such file", failure.Message);
        Assert.Equal(("error", failure.Message), Told(_captured.Output.TrimEnd('\n')));
    }

    private static (string? Type, string? Message) Told(string line)
    {
        using var json = JsonDocument.Parse(line);
        Assert.True(json.RootElement.GetProperty("timestamp").TryGetDateTimeOffset(out _));
        return (json.RootElement.GetProperty("type").GetString(), json.RootElement.GetProperty("message").GetString());
    }

    private static ResizeOptions Options(string[] words)
    {
        var options = new ResizeOptions();
        Assert.Equal(CommandRequest.Run, options.Read(words));
        return options;
    }

    private ResizeMessages Messages(params string[] words)
    {
        var options = Options(words);
        return new(_captured.Streams, options, MachineReadable.Open(options.MachineReadableFormat, _captured.Streams));
    }

    private async Task RunAsync(params string[] words)
    {
        await DiskResize.RunAsync(Options(words), new(_captured.Streams, NullLogger.Instance), CancellationToken.None);
        _captured.Streams.Output.Flush();
    }
}
