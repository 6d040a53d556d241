using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize;

public sealed class MbrTableTests
{
    [Fact]
    public async Task Boot_code_signature_types_and_the_active_flag_are_kept()
    {
        var disk = new MemoryDisk(2048);
        disk.Sector(0)[..446].Fill(0x5A);
        disk.MbrEntry(0, 0, 0x07, 64, 100, flag: 0x80);
        disk.MbrEntry(0, 2, 0x83, 512, 100);
        var table = Assert.IsType<MbrTable>(await disk.TableAsync());
        var large = new MemoryDisk(4096);

        large.Apply(table.Write(large.Geometry, [Placed(table.Entries[0]), Placed(table.Entries[1]) with { First = 1024, Count = 3000 }]));

        var read = Assert.IsType<MbrTable>(await large.TableAsync());
        Assert.Equal([(1, 0x07, true, 64L, 100L), (3, 0x83, false, 1024L, 3000L)], read.Entries.Select(entry => (entry.Number, (int)entry.MbrType, entry.IsActive, entry.First, entry.Count)));
        Assert.Equal(0x5A5A5A5Au, read.DiskSignature);
        Assert.Equal(disk.Sector(0)[..446].ToArray(), large.Sector(0)[..446].ToArray());
    }

    [Fact]
    public async Task Logical_partitions_are_read_and_written_as_a_chain()
    {
        var disk = Chain();
        var table = (await disk.TableAsync())!;
        Assert.Equal([(5, 260L, 256L), (6, 520L, 384L)], Logical(table).Select(entry => (entry.RecordSector == 256 ? 5 : 6, entry.First, entry.RecordSector)));
        var large = new MemoryDisk(8192);

        large.Apply(table.Write(large.Geometry,
        [
            Placed(table.Entries[0]),
            Placed(table.Entries[1]) with { Count = 4000 },
            Placed(Logical(table)[0]) with { Count = 1000 },
            Placed(Logical(table)[1]) with { First = 2048, Count = 500, RecordSector = 2000 },
        ]));

        var read = (await large.TableAsync())!;
        Assert.Equal([(1, 64L, 100L), (2, 256L, 4000L), (5, 260L, 1000L), (6, 2048L, 500L)], read.Entries.Select(entry => (entry.Number, entry.First, entry.Count)));
    }

    [Fact]
    public async Task A_chain_that_bites_its_tail_ends()
    {
        var disk = Chain();
        disk.MbrEntry(384, 1, 0x05, 0, 100);

        Assert.Equal(2, Logical((await disk.TableAsync())!).Count);
    }

    [Theory]
    [InlineData("NTFS    ", 3)]
    [InlineData("FAT32   ", 0x52)]
    public async Task A_file_system_on_the_whole_disk_is_no_table(string mark, int place)
    {
        var disk = new MemoryDisk(2048);
        disk.MbrEntry(0, 0, 0x83, 64, 100);
        System.Text.Encoding.ASCII.GetBytes(mark, disk.Sector(0)[place..]);

        Assert.Null(await disk.TableAsync());
    }

    [Fact]
    public async Task A_partition_never_goes_beyond_what_32_bits_name()
    {
        var disk = new MemoryDisk(2048);
        disk.MbrEntry(0, 0, 0x83, 64, 100);
        var table = (await disk.TableAsync())!;

        Assert.Equal(1L << 32, table.EndOfSpace(new(1L << 34, 512)));
    }

    private static MemoryDisk Chain()
    {
        var disk = new MemoryDisk(2048);
        disk.MbrEntry(0, 0, 0x83, 64, 100);
        disk.MbrEntry(0, 1, 0x05, 256, 1024);
        disk.MbrEntry(256, 0, 0x83, 4, 100);
        disk.MbrEntry(256, 1, 0x05, 128, 500);
        disk.MbrEntry(384, 0, 0x82, 136, 200);
        return disk;
    }

    private static List<TableEntry> Logical(PartitionTable table) => [.. table.Entries.Where(entry => entry.Role == PartitionRole.Logical)];

    private static PlacedEntry Placed(TableEntry entry) =>
        new(entry.Number, entry.Role, entry.First, entry.Count, entry.Raw, entry) { RecordSector = entry.RecordSector };
}
