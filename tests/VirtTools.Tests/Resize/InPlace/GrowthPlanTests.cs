using VirtTools.CommandLine.Running;
using VirtTools.Commands.InPlace;
using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize.InPlace;

public sealed class GrowthPlanTests
{
    private const byte Linux = 0x83;
    private const byte Extended = 0x05;

    [Fact]
    public async Task The_last_partition_reaches_the_end_and_the_others_stay()
    {
        var table = await MbrAsync(disk =>
        {
            disk.MbrEntry(0, 0, Linux, 1024, 1000);
            disk.MbrEntry(0, 1, Linux, 64, 100);
        });

        var plan = GrowthPlan.Make(table, new(16384, 512), chosen: null);

        Assert.Equal((1, 1024L, 16384L), (plan.Grown.Number, plan.Grown.First, plan.Grown.End));
        Assert.Equal([(1, 1024L, 15360L), (2, 64L, 100L)], plan.Entries.Select(entry => (entry.Number, entry.First, entry.Count)));
    }

    [Fact]
    public async Task A_logical_partition_grows_with_the_extended_one()
    {
        var table = await MbrAsync(disk =>
        {
            disk.MbrEntry(0, 0, Linux, 64, 100);
            disk.MbrEntry(0, 1, Extended, 256, 1024);
            disk.MbrEntry(256, 0, Linux, 4, 500);
        });

        var plan = GrowthPlan.Make(table, new(16384, 512), chosen: 5);

        Assert.Equal((5, 260L, 16384L), (plan.Grown.Number, plan.Grown.First, plan.Grown.End));
        Assert.Equal((256L, 16384L), plan.Entries.Where(entry => entry.Role == PartitionRole.Extended).Select(entry => (entry.First, entry.End)).Single());
    }

    [Fact]
    public async Task A_GPT_keeps_the_room_of_its_second_copy()
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 127, "a"), (128, 1023, "b"));

        var plan = GrowthPlan.Make((await disk.TableAsync())!, new(16384, 512), chosen: null);

        // 33 sectors at the end are the table's; ends are at a whole MiB.
        Assert.Equal((2, 128L, 14336L), (plan.Grown.Number, plan.Grown.First, plan.Grown.End));
    }

    [Theory]
    [InlineData(2, "/dev/sda2 is not the last partition of the disk: /dev/sda1 lies behind it")]
    [InlineData(3, "/dev/sda3: there is no such partition; there are: /dev/sda1, /dev/sda2")]
    public async Task A_partition_that_is_not_the_last_one_is_refused(int chosen, string sentence)
    {
        var table = await MbrAsync(disk =>
        {
            disk.MbrEntry(0, 0, Linux, 1024, 1000);
            disk.MbrEntry(0, 1, Linux, 64, 100);
        });

        var refusal = Assert.Throws<CommandFailedException>(() => GrowthPlan.Make(table, new(16384, 512), chosen));

        Assert.StartsWith(sentence, refusal.Message);
    }

    [Fact]
    public async Task An_empty_extended_partition_behind_it_is_told()
    {
        var table = await MbrAsync(disk =>
        {
            disk.MbrEntry(0, 0, Linux, 64, 100);
            disk.MbrEntry(0, 1, Extended, 256, 1024);
        });

        var refusal = Assert.Throws<CommandFailedException>(() => GrowthPlan.Make(table, new(16384, 512), chosen: null));

        Assert.Contains("/dev/sda2, which would have to move", refusal.Message);
    }

    [Fact]
    public async Task A_disk_that_is_full_is_told_with_the_option_that_makes_it_larger()
    {
        var table = await MbrAsync(disk => disk.MbrEntry(0, 0, Linux, 64, 1984));

        var refusal = Assert.Throws<CommandFailedException>(() => GrowthPlan.Make(table, new(2048, 512), chosen: null));

        Assert.Contains("--size", refusal.Message);
    }

    private static async Task<PartitionTable> MbrAsync(Action<MemoryDisk> fill)
    {
        var disk = new MemoryDisk(2048);
        fill(disk);
        return (await disk.TableAsync())!;
    }
}
