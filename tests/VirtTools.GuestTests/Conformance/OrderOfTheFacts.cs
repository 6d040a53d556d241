using Xunit.Abstractions;
using Xunit.Sdk;

namespace VirtTools.GuestTests.Conformance;

/// <summary>Runs the cases in the order of the facts, so that a failure can be repeated.</summary>
public sealed class OrderOfTheFacts : ITestCaseOrderer
{
    /// <inheritdoc/>
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase
    {
        var positions = ConformanceCase.All.Select((each, index) => (each.Id, index)).ToDictionary();
        return testCases.OrderBy(test => test.TestMethodArguments is [string id] ? positions.GetValueOrDefault(id, -1) : -1);
    }
}
