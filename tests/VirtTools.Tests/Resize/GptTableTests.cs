using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize;

public sealed class GptTableTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public async Task A_table_on_a_larger_disk_has_both_copies_at_its_ends_and_keeps_names_identities_and_attributes(int sectorSize)
    {
        var small = new MemoryDisk(2048, sectorSize);
        small.Gpt((64, 127, "boot"), (128, 1023, "EFI sys"));
        var table = (await small.TableAsync())!;
        var large = new MemoryDisk(4096, sectorSize);

        large.Apply(table.Write(large.Geometry, [.. table.Entries.Select(entry => entry with { Count = entry.Count + 32 }).Select(Placed)]));

        var read = Assert.IsType<GptTable>(await large.TableAsync());
        Assert.Empty(read.Complaints);
        Assert.Equal(((GptTable)table).DiskIdentity, read.DiskIdentity);
        Assert.Equal([("boot", 64L, 96L), ("EFI sys", 128L, 928L)], read.Entries.Select(entry => (entry.GptName, entry.First, entry.Count)));
        Assert.Equal(table.Entries.Select(entry => (entry.GptType, entry.GptIdentity, 4UL)), read.Entries.Select(entry => (entry.GptType, entry.GptIdentity, entry.GptAttributes)));
        large.Sector(1).Clear();
        Assert.Equal(2, (await large.TableAsync())!.Entries.Count);
    }

    [Fact]
    public async Task A_table_written_unchanged_is_the_table_that_was_read()
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 127, "a"), (128, 1023, "b"));
        var before = disk.Bytes.ToArray();
        var table = (await disk.TableAsync())!;

        disk.Apply(table.Write(disk.Geometry, [.. table.Entries.Select(Placed)]));

        // The place of the protecting entry by cylinder, head and sector was left at zero by hand.
        before.AsSpan(447, 3).Clear();
        before.AsSpan(451, 3).Clear();
        disk.Bytes.AsSpan(447, 3).Clear();
        disk.Bytes.AsSpan(451, 3).Clear();
        Assert.Equal(before, disk.Bytes);
    }

    [Theory]
    [InlineData(512 + 16)] // the header's own sum
    [InlineData(512 + 56)] // the disk's identity
    [InlineData(1024 + 40)] // an entry
    public async Task Where_the_first_copy_is_damaged_the_second_one_is_used_and_told(int place)
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 127, "a"));
        disk.Bytes[place] ^= 0xFF;

        var table = await disk.TableAsync();

        Assert.Contains("first copy", Assert.Single(table!.Complaints));
        Assert.Equal((64L, 64L), (table.Entries[0].First, table.Entries[0].Count));
        disk.Apply(table.Write(disk.Geometry, [.. table.Entries.Select(Placed)]));
        Assert.Empty((await disk.TableAsync())!.Complaints);
    }

    [Fact]
    public async Task Two_damaged_copies_are_refused()
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 127, "a"));
        disk.Sector(1).Clear();
        disk.Sector(2047).Clear();

        await Assert.ThrowsAsync<TableDamagedException>(disk.TableAsync);
    }

    [Fact]
    public async Task An_mbr_table_written_over_a_gpt_table_counts()
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 127, "a"));
        disk.MbrEntry(0, 0, 0x83, 64, 100);

        Assert.Equal(TableKind.Mbr, (await disk.TableAsync())!.Kind);
    }

    [Fact]
    public async Task Entries_of_a_hybrid_table_follow_their_partitions()
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 127, "a"), (128, 1023, "b"));
        disk.MbrEntry(0, 0, 0xEE, 1, 127);
        disk.MbrEntry(0, 1, 0x07, 128, 896, flag: 0x80);
        var table = (await disk.TableAsync())!;
        var large = new MemoryDisk(4096);

        large.Apply(table.Write(large.Geometry, [Placed(table.Entries[0]), Placed(table.Entries[1]) with { First = 256, Count = 2000 }]));

        var record = large.Sector(0);
        Assert.Equal((1u, 255u), (BootRecord.First(BootRecord.Entry(record, 0)), BootRecord.Count(BootRecord.Entry(record, 0))));
        Assert.Equal((256u, 2000u), (BootRecord.First(BootRecord.Entry(record, 1)), BootRecord.Count(BootRecord.Entry(record, 1))));
        Assert.Equal(0x80, BootRecord.Entry(record, 1)[0]);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(512, false)]
    public async Task A_table_for_large_sectors_is_recognised_on_a_drive_of_usual_ones(int sectorSize, bool isLarge)
    {
        var disk = new MemoryDisk(1024, sectorSize);
        disk.Gpt((64, 127, "a"));

        Assert.Equal(isLarge, await GptTable.WantsLargeSectorsAsync(disk.ReadAsync, disk.Bytes.Length));
    }

    [Fact]
    public async Task A_disk_with_tables_for_both_sizes_of_sectors_has_usual_ones()
    {
        var disk = new MemoryDisk(1024);
        disk.Gpt((64, 127, "a"));
        "EFI PART"u8.CopyTo(disk.Sector(8));

        Assert.False(await GptTable.WantsLargeSectorsAsync(disk.ReadAsync, disk.Bytes.Length));
    }

    [Fact]
    public async Task An_entry_outside_of_the_disk_is_refused()
    {
        var disk = new MemoryDisk(2048);
        disk.Gpt((64, 5000, "a"));

        await Assert.ThrowsAsync<TableDamagedException>(disk.TableAsync);
    }

    private static PlacedEntry Placed(TableEntry entry) => new(entry.Number, entry.Role, entry.First, entry.Count, entry.Raw, entry);
}
