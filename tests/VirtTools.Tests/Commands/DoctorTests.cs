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
