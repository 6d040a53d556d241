using VirtTools.Commands.Plan;

namespace VirtTools.Tests.Resize;

public sealed class SizeChangeTests
{
    [Theory]
    [InlineData("1000b", 1000)]
    [InlineData("2K", 2048)]
    [InlineData("1.5M", 1572864)]
    [InlineData("10G", 10L << 30)]
    [InlineData("90%", 900)]
    [InlineData("+1K", 2024)]
    [InlineData("-200b", 800)]
    [InlineData("+10%", 1100)]
    [InlineData("-10%", 900)]
    [InlineData("-2K", 0)]
    public void A_size_is_absolute_relative_or_a_share_of_a_thousand_bytes(string text, long expected) =>
        Assert.Equal(expected, SizeChange.TryParse(text)!.Value.Apply(1000));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("G")]
    [InlineData("+G")]
    [InlineData("1,5G")]
    [InlineData("--1G")]
    [InlineData("1e9G")]
    [InlineData("99999999999999999999G")]
    public void Anything_else_is_none(string text) => Assert.Null(SizeChange.TryParse(text));

    [Theory]
    [InlineData("/dev/sda2", 2)]
    [InlineData("sda12", 12)]
    [InlineData("/dev/vda1", 1)]
    [InlineData("/dev/hda3", 3)]
    public void A_partition_has_the_names_that_people_give_it(string name, int expected) => Assert.Equal(expected, PartitionName.NumberOf(name));

    [Theory]
    [InlineData("/dev/sdb1")]
    [InlineData("/dev/sda")]
    [InlineData("/dev/sda0")]
    [InlineData("/dev/sda-1")]
    [InlineData("")]
    public void Other_names_are_none(string name) => Assert.Null(PartitionName.NumberOf(name));
}
