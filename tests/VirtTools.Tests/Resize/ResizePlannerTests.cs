using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize;

/// <summary>Where partitions go. The figures marked so are those of the original program on the same disks.</summary>
public sealed class ResizePlannerTests
{
    private const long MiB = 1024 * 1024;
    private const long Sectors300 = 300 * MiB / 512;
    private const long Sectors600 = 600 * MiB / 512;

    [Fact]
    public async Task What_is_expanded_gets_all_that_the_original_gives_it()
    {
        var plan = Plan(await MbrAsync((2048, 102400), (104448, 204800)), 500 * MiB / 512, new() { Expand = "/dev/sda2" });

        // The original made a partition of this size of the same disk.
        Assert.Equal([(2048L, 102400L), (104448L, 917120L)], Places(plan));
        Assert.Equal(0, plan.Surplus);
        Assert.Null(plan.Extra);
    }

    [Fact]
    public async Task What_is_left_over_becomes_a_partition_that_ends_where_the_original_ends_it()
    {
        var plan = Plan(await GptAsync((2048, 4095), (4096, 106495), (106496, 311295)), Sectors600, new());

        Assert.Equal(468418560, plan.Surplus);
        Assert.Equal((4, 311296L, 917440L), (plan.Extra!.Target!.Number, plan.Extra.Target.First, plan.Extra.Target.Count));
    }

    [Theory]
    [InlineData(63, 574455808)] // from the original's messages
    [InlineData(8192, 572358656)]
    public async Task The_room_of_a_boot_loader_is_set_aside_wherever_the_first_partition_begins(long first, long surplus)
    {
        var plan = Plan(await MbrAsync((first, 102400)), Sectors600, new());

        Assert.Equal(surplus, plan.Surplus);
    }

    [Fact]
    public async Task A_surplus_below_10_MiB_or_a_full_table_leaves_no_partition()
    {
        Assert.Null(Plan(await MbrAsync((2048, 102400)), 102400 + 4096 + 256 + 64 + 20000, new()).Extra);
        Assert.Null(Plan(await MbrAsync((2048, 1000), (4096, 1000), (6144, 1000), (8192, 1000)), Sectors600, new()).Extra);
        Assert.Null(Plan(await MbrAsync((2048, 1000)), Sectors600, new() { AddsPartition = false }).Extra);
    }

    [Fact]
    public async Task Sizes_are_rounded_up_to_the_alignment()
    {
        var plan = Plan(
            await MbrAsync((2048, 1000), (4096, 1000)), Sectors600, new() { Sizes = [new("/dev/sda1", SizeChange.TryParse("600K")!.Value, IsForced: false)] });

        Assert.Equal([(2048L, 1280L), (3328L, 1000L)], Places(plan).Take(2));
    }

    [Fact]
    public async Task A_deleted_partition_leaves_its_number_to_the_next_one()
    {
        var plan = Plan(await MbrAsync((2048, 1000), (4096, 1000), (8192, 1000)), Sectors600, new() { Deleted = ["/dev/sda2"], AddsPartition = false });

        Assert.Equal([(1, 2048L), (2, 3072L)], plan.Entries.Select(entry => (entry.Number, entry.First)));
    }

    [Fact]
    public async Task Numbers_with_a_gap_stay()
    {
        var disk = new MemoryDisk(Sectors300);
        disk.MbrEntry(0, 0, 0x83, 2048, 1000);
        disk.MbrEntry(0, 2, 0x83, 4096, 1000);

        var plan = Plan((await disk.TableAsync())!, Sectors600, new() { AddsPartition = false });

        Assert.Equal([1, 3], plan.Entries.Select(entry => entry.Number));
    }

    [Fact]
    public async Task A_deficit_is_told_in_bytes()
    {
        var table = await MbrAsync((2048, 102400));
        var message = Assert.Throws<PlanException>(() => Plan(table, 100000, new())).Message;

        var missing = ((102400 + 4096 + 256 + 64) - 100000) * 512;
        Assert.Contains($"deficit of {missing} bytes", message);
        Assert.Contains($"at least {missing} bytes", Assert.Throws<PlanException>(() => Plan(table, 100000, new() { Expand = "/dev/sda1" })).Message);
    }

    [Fact]
    public async Task Shrinking_takes_what_is_missing_as_long_as_the_content_fits()
    {
        var table = await MbrAsync((2048, 102400), (104448, 204800));
        var roomy = new Dictionary<int, PartitionContent> { [2] = new("ext4", 50 * MiB) };
        var full = new Dictionary<int, PartitionContent> { [2] = new("ext4", 100 * MiB) };

        var plan = new ResizePlanner(table, new(260000, 512), roomy, new() { Shrink = "/dev/sda2" }, "disk").Make();

        Assert.True(plan.Partitions[1].Target!.End <= 260000 - 64);
        Assert.InRange(plan.Partitions[1].NewSize, 50 * MiB, 100 * MiB);
        var message = Assert.Throws<PlanException>(() => new ResizePlanner(table, new(260000, 512), full, new() { Shrink = "/dev/sda2" }, "disk").Make()).Message;
        Assert.Contains("ext4 filesystem which will be damaged by shrinking it below 104857600 bytes", message);
        Assert.Contains("no deficit", Assert.Throws<PlanException>(() => new ResizePlanner(table, new(Sectors600, 512), roomy, new() { Shrink = "/dev/sda2" }, "disk").Make()).Message);
    }

    [Fact]
    public async Task Unknown_content_is_cut_off_by_force_only()
    {
        var table = await MbrAsync((2048, 102400));
        var less = SizeChange.TryParse("-50%")!.Value;

        Assert.Contains("unknown content", Assert.Throws<PlanException>(() => Plan(table, Sectors600, new() { Sizes = [new("/dev/sda1", less, IsForced: false)] })).Message);
        Assert.Equal(51200, Plan(table, Sectors600, new() { Sizes = [new("/dev/sda1", less, IsForced: true)] }).Partitions[0].Target!.Count);
    }

    [Fact]
    public async Task A_partition_that_is_not_there_is_answered_with_those_that_are()
    {
        var table = await MbrAsync((2048, 1000), (4096, 1000));

        var message = Assert.Throws<PlanException>(() => Plan(table, Sectors600, new() { Ignored = ["/dev/sda9"] })).Message;

        Assert.Contains("--ignore", message);
        Assert.Contains("/dev/sda1, /dev/sda2", message);
    }

    [Fact]
    public async Task A_partition_is_named_once()
    {
        var table = await MbrAsync((2048, 1000));

        Assert.Contains(
            "already been ignored or deleted",
            Assert.Throws<PlanException>(() => Plan(table, Sectors600, new() { Ignored = ["/dev/sda1"], Expand = "/dev/sda1" })).Message);
    }

    [Theory]
    [InlineData("auto", "ext4", 63)]
    [InlineData("auto", "ntfs", 128)]
    [InlineData("never", "ntfs", 63)]
    [InlineData("always", "ext4", 128)]
    public async Task The_first_partition_is_aligned_where_its_boot_loader_can_be_mended(string choice, string content, long first)
    {
        var disk = new MemoryDisk(Sectors300);
        disk.MbrEntry(0, 0, 7, 63, 1000, flag: 0x80);
        var contents = new Dictionary<int, PartitionContent> { [1] = new(content) };

        var plan = new ResizePlanner((await disk.TableAsync())!, new(Sectors600, 512), contents, new() { AlignFirst = Enum.Parse<FirstAlignment>(choice, ignoreCase: true) }, "disk").Make();

        Assert.Equal(first, plan.Partitions[0].Target!.First);
        Assert.Equal(first != 63, plan.MovesFirst);
    }

    [Fact]
    public async Task An_extended_partition_is_copied_as_it_is_unless_one_inside_is_named()
    {
        var table = await ExtendedAsync();

        var plan = Plan(table, Sectors600, new() { Expand = "/dev/sda2" });

        // From the original's message: 542.8M.
        Assert.Equal("542.8M", SizeText.Of(plan.Partitions[1].NewSize));
        Assert.DoesNotContain(plan.Entries, entry => entry.Role == PartitionRole.Logical);
    }

    [Fact]
    public async Task A_logical_partition_grows_and_the_extended_one_with_it()
    {
        var plan = Plan(await ExtendedAsync(), Sectors600, new() { Expand = "/dev/sda5" });

        var entries = plan.Entries.ToDictionary(entry => entry.Number);
        Assert.Equal((104448L, 104448L), (entries[2].First, entries[5].RecordSector));
        Assert.Equal(104448 + 2048, entries[5].First);
        Assert.True(entries[5].Count > 500 * MiB / 512);
        Assert.True(entries[6].RecordSector >= entries[5].End && entries[6].First == entries[6].RecordSector + 3584);
        Assert.Equal((60000L, entries[2].End), (entries[6].Count, entries[6].End));
        Assert.True(entries[3].First >= entries[2].End && entries[3].End <= Sectors600);
    }

    [Fact]
    public async Task A_logical_partition_and_the_one_around_it_are_not_named_together()
    {
        var table = await ExtendedAsync();

        Assert.Contains("not both", Assert.Throws<PlanException>(() => Plan(table, Sectors600, new() { Expand = "/dev/sda2", Ignored = ["/dev/sda5"] })).Message);
    }

    [Fact]
    public async Task A_deleted_logical_partition_leaves_its_number_to_the_next_one()
    {
        var plan = Plan(await ExtendedAsync(), Sectors600, new() { Deleted = ["/dev/sda5"], AddsPartition = false });

        Assert.Equal([1, 2, 3, 5], plan.Entries.Select(entry => entry.Number));
        Assert.Equal(104448, plan.Entries[3].RecordSector);
    }

    [Fact]
    public async Task Overlapping_partitions_are_refused()
    {
        var table = await MbrAsync((2048, 5000), (4096, 1000));

        Assert.Contains("overlaps the previous one", Assert.Throws<PlanException>(() => Plan(table, Sectors600, new())).Message);
    }

    [Fact]
    public async Task Whatever_is_asked_for_the_partitions_lie_apart_and_inside_the_disk()
    {
        var random = new Random(3);
        PartitionTable[] tables = [await ExtendedAsync(), await MbrAsync((63, 1000), (2048, 70001), (80000, 999)), await GptAsync((2048, 4095), (4096, 106495))];
        for (var round = 0; round < 2000; round++)
        {
            var table = tables[round % 3];
            var size = new SizeRequest(round % 3 == 0 ? "/dev/sda6" : "/dev/sda1", new(random.Next(-1, 2), random.Next(1, 400) * 100_000, false), IsForced: true);
            var request = new ResizeRequest
            {
                Alignment = 1 << random.Next(0, 12),
                AlignFirst = (FirstAlignment)random.Next(3),
                Sizes = [size],
                Expand = random.Next(2) == 0 ? "/dev/sda2" : null,
                AddsPartition = random.Next(2) == 0,
            };
            var disk = random.Next(100_000, 2_000_000);
            try
            {
                var entries = Plan(table, disk, request).Entries;

                var primary = entries.Where(entry => entry.Role != PartitionRole.Logical).OrderBy(entry => entry.First).ToArray();
                Assert.All(primary.Zip(primary.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.First));
                Assert.True(primary[^1].End <= table.EndOfSpace(new(disk, 512)));
                var logical = entries.Where(entry => entry.Role == PartitionRole.Logical).OrderBy(entry => entry.First).ToArray();
                Assert.All(logical, entry => Assert.True(entry.RecordSector < entry.First));
                Assert.All(logical.Zip(logical.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.RecordSector));
            }
            catch (PlanException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    [Fact]
    public async Task A_partition_that_ends_behind_the_disk_is_refused()
    {
        var table = await MbrAsync((2048, 2_000_000));

        Assert.Contains("ends behind the end of the disk", Assert.Throws<PlanException>(() => Plan(table, 4_000_000, new())).Message);
    }

    private static ResizePlan Plan(PartitionTable table, long sectors, ResizeRequest request) =>
        new ResizePlanner(table, new(sectors, 512), new Dictionary<int, PartitionContent>(), request, "disk").Make();

    private static IEnumerable<(long First, long Count)> Places(ResizePlan plan) => plan.Entries.Select(entry => (entry.First, entry.Count));

    private static async Task<PartitionTable> MbrAsync(params (long First, long Count)[] partitions)
    {
        var disk = new MemoryDisk(Sectors300);
        for (var i = 0; i < partitions.Length; i++)
        {
            disk.MbrEntry(0, i, 0x83, (uint)partitions[i].First, (uint)partitions[i].Count);
        }

        return (await disk.TableAsync())!;
    }

    private static async Task<PartitionTable> GptAsync(params (long First, long Last)[] partitions)
    {
        var disk = new MemoryDisk(Sectors300);
        disk.Gpt([.. partitions.Select(partition => (partition.First, partition.Last, "p"))]);
        return (await disk.TableAsync())!;
    }

    private static async Task<PartitionTable> ExtendedAsync()
    {
        var disk = new MemoryDisk(Sectors300);
        disk.MbrEntry(0, 0, 0x83, 2048, 102400, flag: 0x80);
        disk.MbrEntry(0, 1, 0x05, 104448, 300000);
        disk.MbrEntry(0, 2, 0x83, 450000, 10000);
        disk.MbrEntry(104448, 0, 0x83, 2048, 50000);
        disk.MbrEntry(104448, 1, 0x05, 51968, 63584);
        disk.MbrEntry(156416, 0, 0x82, 3584, 60000);
        return (await disk.TableAsync())!;
    }
}
