using VirtTools.CommandLine.Output;

namespace VirtTools.Tests.CommandLine;

public sealed class HumanSizeTests
{
    /// <summary>Sizes and their text in the output of virt-ls -lRh 1.48.2.</summary>
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(999, "999")]
    [InlineData(1023, "1023")]
    [InlineData(1024, "1.0K")]
    [InlineData(1075, "1.0K")]
    [InlineData(1076, "1.1K")]
    [InlineData(1177, "1.1K")]
    [InlineData(1178, "1.2K")]
    [InlineData(9727, "9.5K")]
    [InlineData(10188, "9.9K")]
    [InlineData(10189, "10K")]
    [InlineData(10239, "10K")]
    [InlineData(10751, "10K")]
    [InlineData(10752, "10K")]
    [InlineData(10753, "11K")]
    [InlineData(11264, "11K")]
    [InlineData(100000, "98K")]
    [InlineData(1047552, "1023K")]
    [InlineData(1048063, "1023K")]
    [InlineData(1048064, "1.0M")]
    [InlineData(1048576, "1.0M")]
    [InlineData(5300000, "5.1M")]
    [InlineData(10433331, "9.9M")]
    [InlineData(10485760, "10M")]
    [InlineData(3221225472, "3.0G")]
    public void Sizes_look_as_the_original_prints_them(long bytes, string expected)
    {
        Assert.Equal(expected, HumanSize.Format(bytes));
    }

    [Fact]
    public void The_largest_product_of_two_64_bit_numbers_still_has_a_text()
    {
        Assert.EndsWith("Y", HumanSize.Format((Int128)long.MaxValue * long.MaxValue));
    }

    [Fact]
    public void Negative_sizes_are_plain_numbers()
    {
        Assert.Equal("-4096", HumanSize.Format(-4096));
    }
}
