using VirtTools.Bench.Memory;
using VirtTools.Posix;

namespace VirtTools.Tests.Bench;

public sealed class MemorySamplerTests
{
    [Fact]
    public void A_child_that_runs_has_been_seen()
    {
        using var child = ChildProcess.Start("/bin/sleep", ["sleep", "600"], new());
        using var sampler = new MemorySampler();

        var peak = sampler.Stop();

        Assert.True(peak.Processes?.Proportional > 0);
    }

    [Fact]
    public void Where_cgroups_tell_the_use_of_memory_is_known()
    {
        const string membership = "12:pids:/a\n4:memory:/b/c\n1:name=systemd:/\n0::/d\n";

        Assert.Equal(["/sys/fs/cgroup/memory/b/c/memory.usage_in_bytes", "/sys/fs/cgroup/d/memory.current"], MemoryCgroup.FilesFor(membership));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\n\n")]
    public void Without_a_group_there_is_no_file(string membership)
    {
        Assert.Empty(MemoryCgroup.FilesFor(membership));
    }

    [Fact]
    public void The_root_of_a_hierarchy_is_a_folder_too()
    {
        Assert.Equal(["/sys/fs/cgroup/memory.current"], MemoryCgroup.FilesFor("0::/\n"));
    }
}
