using VirtTools.Bench.Memory;
using VirtTools.Posix;

namespace VirtTools.Tests.Bench;

public sealed class ProcessTreeTests
{
    [Theory]
    [InlineData("1234 (cat) S 77 1234 1 0", 77)]
    [InlineData("1234 (a) R 1 (b) S 78 1234 1 0", 78)]
    public void The_parent_stands_behind_the_name(string status, int parent)
    {
        Assert.Equal(parent, ProcessTree.ParentIn(status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234 (cat)")]
    [InlineData("1234 (cat) S x")]
    public void A_text_without_a_parent_has_none(string status)
    {
        Assert.Null(ProcessTree.ParentIn(status));
    }

    [Fact]
    public void Grandchildren_belong_to_the_tree_and_neighbours_do_not()
    {
        var children = new Dictionary<int, List<int>> { [1] = [2, 9], [2] = [3, 4], [4] = [5] };

        Assert.Equal([3, 4, 5], ProcessTree.Below(2, children).Order());
    }

    [Fact]
    public void A_running_child_of_a_child_is_found()
    {
        using var shell = ChildProcess.Start("/bin/sh", ["sh", "-c", "sleep 600 & wait"], new() { OwnProcessGroup = true });
        var deadline = Environment.TickCount64 + 60_000;
        while (ProcessTree.DescendantsOf(shell.ProcessId).Count == 0 && Environment.TickCount64 < deadline)
        {
            Thread.Sleep(10);
        }

        var found = ProcessTree.DescendantsOf(Environment.ProcessId);

        Assert.Contains(shell.ProcessId, found);
        Assert.Superset(ProcessTree.DescendantsOf(shell.ProcessId).ToHashSet(), found.ToHashSet());
        Assert.NotEmpty(ProcessTree.DescendantsOf(shell.ProcessId));
    }
}
