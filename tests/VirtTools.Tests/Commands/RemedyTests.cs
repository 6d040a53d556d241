using VirtTools.Appliance.Command;
using VirtTools.Tests.Manual;

namespace VirtTools.Tests.Commands;

public sealed class RemedyTests
{
    [Fact]
    public void Each_remedy_that_is_named_is_found_by_a_check_of_doctor()
    {
        var rows = File.ReadLines(Path.Combine(ManagedCommand.RepositoryFolder, "docs", "errors.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith("` |", StringComparison.Ordinal));
        var named = rows.Select(line => line.Split('|')[^2].Trim(' ', '`')).ToList();

        Assert.NotEmpty(named);
        Assert.Equal(Checkup.All.Select(check => check.Name).Order(), named.Distinct().Order());
    }
}
