using VirtTools.CommandLine.Memory;

namespace VirtTools.Tests.Bench;

public sealed class MemoryUseTests
{
    private const string Rollup = """
        55d31c493000-7ffcd2c9e000 ---p 00000000 00:00 0                          [rollup]
        Rss:                1612 kB
        Pss:                 252 kB
        Pss_Dirty:           112 kB
        Pss_Anon:            112 kB
        Shared_Clean:       1460 kB
        Private_Clean:        40 kB
        Private_Dirty:       112 kB
        Private_Hugetlb:       0 kB
        SwapPss:              64 kB

        """;

    [Fact]
    public void Proportional_and_private_memory_are_bytes()
    {
        Assert.Equal(new MemoryUse(252 * 1024, 152 * 1024), MemoryUse.Parse(Rollup));
    }

    [Fact]
    public void Huge_pages_count_in_both()
    {
        Assert.Equal(
            new MemoryUse(2049 * 1024, 2048 * 1024),
            MemoryUse.Parse("Pss: 1 kB\nPrivate_Hugetlb:    2048 kB\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Pss")]
    [InlineData("Pss: kB")]
    [InlineData("Pss: 12 MB")]
    [InlineData("Pss: -12 kB")]
    public void What_tells_nothing_counts_nothing(string text)
    {
        Assert.Equal(default, MemoryUse.Parse(text));
    }

    [Fact]
    public void Each_number_has_a_peak_of_its_own()
    {
        Assert.Equal(new MemoryUse(5, 7), MemoryUse.Largest(new(5, 2), new(3, 7)));
    }

    [Fact]
    public void This_process_has_memory()
    {
        var use = MemoryUse.Parse(File.ReadAllText("/proc/self/smaps_rollup"));

        Assert.InRange(use.Private, 1, use.Proportional);
    }
}
