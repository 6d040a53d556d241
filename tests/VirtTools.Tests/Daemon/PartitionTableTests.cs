using System.Buffers.Binary;
using VirtTools.Daemon.Partitions;
using Xunit;

namespace VirtTools.Tests.Daemon;

public sealed class PartitionTableTests
{
    private const byte Linux = 0x83;
    private const byte Extended = 0x05;

    private static readonly Guid LinuxData = new("0FC63DAF-8483-4772-8E79-3D69D8477DE4");

    [Fact]
    public void Blank_disk_has_no_table() => Assert.Null(new SmallDisk(64).Table);

    [Fact]
    public void Primary_partitions_keep_their_place_flag_and_type()
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, Linux, 1, 100, flag: 0x80).Mbr(0, 2, 0x07, 200, 50);

        var table = disk.Table!;

        Assert.Equal(TableKind.Mbr, table.Kind);
        Assert.Equal([1, 3], table.Entries.Select(entry => entry.Number));
        Assert.Equal((512, 100 * 512 + 511), (table.Entries[0].Start, table.Entries[0].End));
        Assert.True(table.Entries[0].IsActive);
        Assert.False(table.Entries[1].IsActive);
        Assert.Equal(0x07, table.Entries[1].MbrType);
    }

    [Fact]
    public void Logical_partitions_are_counted_from_five_along_the_chain()
    {
        var disk = new SmallDisk(4096)
            .Mbr(0, 0, Linux, 1, 99).Mbr(0, 1, Extended, 100, 1000)
            .Mbr(100, 0, Linux, 10, 20).Mbr(100, 1, Extended, 200, 100)
            .Mbr(300, 0, 0x82, 5, 30);

        var table = disk.Table!;

        Assert.Equal([1, 2, 5, 6], table.Entries.Select(entry => entry.Number));
        Assert.Equal(PartitionRole.Extended, table.Find(2)!.Role);
        Assert.Equal(110 * 512, table.Find(5)!.Start);
        Assert.Equal(305 * 512, table.Find(6)!.Start);
        Assert.Equal(PartitionRole.Logical, table.Find(6)!.Role);
    }

    [Fact]
    public void Chain_that_leads_back_to_itself_ends()
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, Extended, 100, 1000).Mbr(100, 0, Linux, 10, 20).Mbr(100, 1, Extended, 0, 100);

        Assert.Equal([1, 5], disk.Table!.Entries.Select(entry => entry.Number));
    }

    [Fact]
    public void Chain_that_leads_behind_the_disk_ends()
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, Extended, 100, 1000).Mbr(100, 0, Linux, 10, 20).Mbr(100, 1, Extended, uint.MaxValue, 100);

        Assert.Equal([1, 5], disk.Table!.Entries.Select(entry => entry.Number));
    }

    [Theory]
    [InlineData(true, 257)]
    [InlineData(false, 1)]
    public void Chain_of_ten_thousand_tables_ends_early(bool hasPartitions, int found)
    {
        const int Tables = 10_000;
        var disk = new SmallDisk((Tables + 10) * 2).Mbr(0, 0, Extended, 2, Tables * 2);
        for (var i = 0; i < Tables; i++)
        {
            disk.Mbr(2 + i * 2, 1, Extended, (uint)(i + 1) * 2, 2);
            if (hasPartitions)
            {
                disk.Mbr(2 + i * 2, 0, Linux, 1, 1);
            }
        }

        Assert.Equal(found, disk.Table!.Entries.Count);
        Assert.InRange(disk.Reads, 1, 300);
    }

    [Theory]
    [InlineData(3, "NTFS    ")]
    [InlineData(3, "EXFAT   ")]
    [InlineData(0x36, "FAT16   ")]
    [InlineData(0x52, "FAT32   ")]
    public void Boot_sector_of_a_file_system_is_no_table(int offset, string mark)
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, Linux, 1, 100);
        System.Text.Encoding.ASCII.GetBytes(mark, disk.Bytes.AsSpan(offset));

        Assert.Null(disk.Table);
    }

    [Fact]
    public void Flag_that_is_neither_active_nor_not_makes_it_no_table() =>
        Assert.Null(new SmallDisk(4096).Mbr(0, 0, Linux, 1, 100, flag: 0x12).Table);

    [Fact]
    public void Gpt_entries_keep_number_place_name_type_and_attributes()
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, 0xEE, 1, uint.MaxValue)
            .Gpt(1, 2, (1, LinuxData, 2048, 2049, "first"), (5, LinuxData, 3000, 3099, "zweite Ä"));

        var table = disk.Table!;

        Assert.Equal(TableKind.Gpt, table.Kind);
        Assert.Equal(new Guid("01234567-89AB-CDEF-0123-456789ABCDEF"), table.DiskIdentity);
        Assert.Equal([1, 5], table.Entries.Select(entry => entry.Number));
        var second = table.Find(5)!;
        Assert.Equal((3000 * 512, 100 * 512), (second.Start, second.Size));
        Assert.Equal(("zweite Ä", LinuxData, 4ul), (second.Name, second.GptType, second.GptAttributes));
    }

    [Fact]
    public void Gpt_with_sectors_of_4096_bytes_is_read()
    {
        var disk = new SmallDisk(256, 4096).Gpt(1, 2, (1, LinuxData, 100, 199, "big"));

        Assert.Equal((100 * 4096, 100 * 4096), (disk.Table!.Entries[0].Start, disk.Table.Entries[0].Size));
    }

    [Fact]
    public void Second_copy_stands_in_for_a_damaged_first_one()
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, 0xEE, 1, uint.MaxValue)
            .Gpt(1, 2, (1, LinuxData, 2048, 2049, "damaged")).Gpt(4095, 4063, (1, LinuxData, 2048, 2050, "whole"));
        disk.Bytes[2 * 512 + 40]++;

        Assert.Equal("whole", disk.Table!.Entries[0].Name);
    }

    [Theory]
    [InlineData(80, uint.MaxValue)]
    [InlineData(84, uint.MaxValue)]
    [InlineData(84, 0u)]
    [InlineData(72, uint.MaxValue)]
    [InlineData(12, uint.MaxValue)]
    public void Gpt_header_with_impossible_sizes_is_refused(int offset, uint value)
    {
        var disk = new SmallDisk(4096).Mbr(0, 0, 0xEE, 1, uint.MaxValue).Gpt(1, 2, (1, LinuxData, 2048, 2049, "x"));
        BinaryPrimitives.WriteUInt32LittleEndian(disk.Bytes.AsSpan(512 + offset), value);
        disk.SumHeader(1);

        Assert.Null(disk.Table);
    }

    [Fact]
    public void Gpt_entry_that_ends_before_it_starts_is_left_out()
    {
        var disk = new SmallDisk(4096).Gpt(1, 2, (1, LinuxData, 2049, 2048, "x"), (2, LinuxData, 5, ulong.MaxValue, "y"));

        Assert.Empty(disk.Table!.Entries);
    }

    [Fact]
    public void Identity_is_what_fstab_calls_PARTUUID()
    {
        var mbr = new SmallDisk(4096).Mbr(0, 0, Linux, 1, 100);
        BinaryPrimitives.WriteUInt32LittleEndian(mbr.Bytes.AsSpan(440), 0x5eb1a12d);
        var gpt = new SmallDisk(4096).Gpt(1, 2, (10, LinuxData, 100, 199, ""));

        Assert.Equal("5eb1a12d-01", mbr.Table!.Identity(mbr.Table.Entries[0]));
        Assert.Equal("0000000a-0000-0000-0000-000000000000", gpt.Table!.Identity(gpt.Table.Entries[0]));
    }

    [Fact]
    public void Changed_bytes_never_do_more_than_change_the_answer()
    {
        var random = new Random(20240229);
        for (var round = 0; round < 20_000; round++)
        {
            var disk = new SmallDisk(512)
                .Mbr(0, 0, Linux, 1, 10).Mbr(0, 1, Extended, 20, 400).Mbr(20, 0, Linux, 1, 5).Mbr(20, 1, Extended, 30, 40).Mbr(50, 0, Linux, 1, 5);
            if (round % 2 == 0)
            {
                disk.Gpt(1, 2, (1, LinuxData, 100, 120, "x"));
            }

            for (var change = random.Next(8); change >= 0; change--)
            {
                disk.Bytes[random.Next(3) switch { 0 => 440 + random.Next(72), 1 => 512 + random.Next(92), _ => random.Next(60 * 512) }] = (byte)random.Next(256);
            }

            if (round % 4 == 0)
            {
                disk.SumHeader(1);
            }

            var table = disk.Table;

            Assert.True(table is null || table.Entries.All(entry => entry.Start >= 0 && entry.Size > 0 && entry.Number > 0));
        }
    }
}
