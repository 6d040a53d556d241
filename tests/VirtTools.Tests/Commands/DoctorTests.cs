using VirtTools.Appliance.Command;

namespace VirtTools.Tests.Commands;

public sealed class DoctorTests
{
    private readonly StringWriter _output = new();

    [Fact]
    public async Task Checks_that_pass_end_with_the_line_that_scripts_wait_for()
    {
        var status = await DoctorCommand.RunAsync(_output, [Passing("one"), Passing("two", needs: "one")], CancellationToken.None);

        Assert.Equal(0, status);
        Assert.Equal("ok    one: as it should be\nok    two: as it should be\n===== TEST FINISHED OK =====\n", _output.ToString());
    }

    [Fact]
    public async Task A_check_that_fails_names_the_remedy_and_only_what_needs_it_is_left_out()
    {
        var failing = new Check("one", null, _ => throw new CheckFailedException("it is broken", "mend it"));

        var status = await DoctorCommand.RunAsync(_output, [failing, Passing("two", needs: "one"), Passing("three")], CancellationToken.None);

        Assert.Equal(1, status);
        Assert.Equal(
            "FAIL  one: it is broken\n      remedy: mend it\nskip  two: needs one\nok    three: as it should be\n2 of 3 checks failed\n",
            _output.ToString());
    }

    [Fact]
    public async Task What_only_some_need_is_a_note_with_its_remedy_and_no_failure()
    {
        var missing = new Check("one", null, _ => throw new CheckFailedException("not there", "install it"), CheckWeight.ForSome);

        var status = await DoctorCommand.RunAsync(_output, [missing, Passing("two")], CancellationToken.None);

        Assert.Equal(0, status);
        Assert.Equal("note  one: not there\n      remedy: install it\nok    two: as it should be\n===== TEST FINISHED OK =====\n", _output.ToString());
    }

    [Fact]
    public async Task A_handle_that_cannot_be_made_is_a_check_that_failed_and_its_words_steer_no_terminal()
    {
        var failing = new Check("one", null, _ => throw new GuestfsException("parse_environment", "EINVAL", "LIBGUESTFS_MEMSIZE=\u001b[2J: not a size"));

        var status = await DoctorCommand.RunAsync(_output, [failing], CancellationToken.None);

        Assert.Equal(1, status);
        Assert.StartsWith("FAIL  one: LIBGUESTFS_MEMSIZE=\\x1b[2J: not a size\n      remedy: correct or unset", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QEMU emulator version 7.2.17 (Debian 1:7.2+dfsg-7)", "7.2.17")]
    [InlineData("QEMU emulator version 10.1", "10.1")]
    [InlineData("something else", null)]
    public void The_version_of_QEMU_is_read(string line, string? version) => Assert.Equal(version, Checkup.VersionIn(line)?.ToString());

    [Theory]
    [InlineData("Limit   Soft   Hard   Units\nMax open files            1024                 524288               files     \n", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", null)]
    [InlineData("", null)]
    public void The_limit_of_open_files_is_read(string table, long? limit) => Assert.Equal(limit, HostCheckup.LimitIn(table));

    [Fact]
    public async Task A_check_that_takes_long_can_be_interrupted()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = new Check("one", null, async token =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return "";
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DoctorCommand.RunAsync(_output, [waiting, Passing("two")], cancellation.Token));
        Assert.DoesNotContain("FINISHED", _output.ToString());
    }

    private static Check Passing(string name, string? needs = null) => new(name, needs, _ => Task.FromResult("as it should be"));
}
