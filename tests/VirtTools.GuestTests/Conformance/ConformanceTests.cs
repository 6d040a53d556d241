using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Conformance;

/// <summary>The original's own test cases (tests/facts/conformance.json) on our appliance, as far as their actions are carried out here.</summary>
[TestCaseOrderer("VirtTools.GuestTests.Conformance.OrderOfTheFacts", "VirtTools.GuestTests")]
public sealed class ConformanceTests(ConformanceGuest guest) : IClassFixture<ConformanceGuest>
{
    /// <summary>The cases that always run.</summary>
    public static TheoryData<string> Quick => [.. Running.Where(id => !SlowCases.All.ContainsKey(id))];

    /// <summary>The cases that run only with the peers.</summary>
    public static TheoryData<string> Slow => [.. Running.Where(SlowCases.All.ContainsKey)];

    private static IEnumerable<string> Running => ConformanceCase.All.Where(each => WhyNot(each) is null).Select(each => each.Id);

    [Theory]
    [MemberData(nameof(Quick))]
    public void Conformance_case_gives_what_the_facts_say(string id) => Run(id);

    [Theory]
    [Trait("Tier", "Peers")]
    [MemberData(nameof(Slow))]
    public void Slow_conformance_case_gives_what_the_facts_say(string id) => Run(id);

    [Fact]
    public void Every_case_that_does_not_run_is_listed_in_the_documentation()
    {
        var documented = File.ReadAllText(Path.Combine(Clone.Folder, "docs", "conformance.md"));

        var unlisted = ConformanceCase.All
            .Where(each => WhyNot(each) is not null && !documented.Contains($"`{each.Id}`", StringComparison.Ordinal))
            .Select(each => $"| `{each.Id}` | {WhyNot(each)} |\n");

        Assert.Equal("", string.Concat(unlisted));
    }

    [Fact]
    public void Every_slow_case_is_listed_in_the_documentation_and_runs()
    {
        var documented = File.ReadAllText(Path.Combine(Clone.Folder, "docs", "conformance.md"));

        Assert.All(SlowCases.All, slow => Assert.Contains($"| `{slow.Key}` | {slow.Value} |", documented));
        Assert.All(SlowCases.All.Keys, id => Assert.Contains(id, Running));
    }

    [Fact]
    public void Every_adapted_case_is_listed_in_the_documentation()
    {
        var documented = File.ReadAllText(Path.Combine(Clone.Folder, "docs", "conformance.md"));

        Assert.All(AdaptedCases.All.Keys, id => Assert.Contains($"`{id}`", documented));
    }

    /// <summary>Why the case does not run; null where it does.</summary>
    internal static string? WhyNot(ConformanceCase conformance) => conformance.Prerequisite.Type == "Disabled"
        ? "disabled in the facts"
        : conformance.InitActions.Concat(conformance.Actions).Distinct().Select(CarriedOut.WhyNot).FirstOrDefault(reason => reason is not null);

    private void Run(string id) => guest.Run(ConformanceCase.All.Single(each => each.Id == id));
}
