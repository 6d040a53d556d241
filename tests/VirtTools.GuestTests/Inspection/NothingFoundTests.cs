using VirtTools.CommandLine.Guests;
using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Inspection;

/// <summary>What is said of a guest in which there is no operating system.</summary>
public sealed class NothingFoundTests
{
    [Fact]
    public async Task Reason_is_told_for_each_file_system()
    {
        using var guest = Guests.Launch(GuestImages.Named("layout-nothing"));

        var roots = guest.InspectOs();
        var reasons = (await guest.ExplainFileSystemsAsync(CancellationToken.None))!;
        var sentence = await WhyNothingFound.DescribeAsync(guest, WhyNothingFound.NameOne, CancellationToken.None);

        Assert.Empty(roots);
        Assert.Equal(
            ["/dev/sda1 luks1", "/dev/sda2 luks2", "/dev/sda3 swap", "/dev/sda4 empty", "/dev/sda5 feature", "/dev/sda6 no-system"],
            reasons.Select(reason => $"{reason.Device} {reason.Code}"));
        Assert.Equal("incompatible features 0x40000000", reasons[4].Detail);
        Assert.StartsWith("there are file systems on /dev/sda6 (ext2): name one with -m DEVICE; /dev/sda1 is encrypted (LUKS1)", sentence);
    }
}
