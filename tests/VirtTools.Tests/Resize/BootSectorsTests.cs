using System.Buffers.Binary;
using VirtTools.Commands.Copy;
using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize;

public sealed class BootSectorsTests
{
    [Fact]
    public void The_hidden_sectors_of_a_moved_file_system_are_corrected_when_they_said_where_it_was()
    {
        var sector = FileSystem(hidden: 63);

        Assert.True(BootSectors.CorrectHiddenSectors(sector, 63, 128));
        Assert.Equal(128u, BinaryPrimitives.ReadUInt32LittleEndian(sector.AsSpan(0x1C)));
        Assert.False(BootSectors.CorrectHiddenSectors(sector, 63, 256));
        Assert.False(BootSectors.CorrectHiddenSectors(new byte[512], 0, 128));
    }

    [Fact]
    public void The_list_of_a_core_image_moves_with_its_partition()
    {
        var core = Core((2049, 100), (2200, 20));

        Assert.True(BootSectors.MoveGrubList(core, 2048, 4096, -1024));

        Assert.Equal(1025, BinaryPrimitives.ReadInt64LittleEndian(core.AsSpan(0x1F4)));
        Assert.Equal(1176, BinaryPrimitives.ReadInt64LittleEndian(core.AsSpan(0x1F4 - 12)));
    }

    [Fact]
    public void A_list_that_leads_elsewhere_is_left_alone()
    {
        var core = Core((2049, 100), (9000, 20));
        var before = core.ToArray();

        Assert.False(BootSectors.MoveGrubList(core, 2048, 4096, -1024));

        Assert.Equal(before, core);
    }

    [Fact]
    public void Only_boot_code_of_grub_has_a_core_image()
    {
        var sector = new byte[512];
        BootRecord.Sign(sector);
        Assert.Null(BootSectors.GrubCoreOf(sector));
        "GRUB \0Geom\0Hard Disk\0Read\0 Error"u8.CopyTo(sector.AsSpan(0x180));
        BootSectors.PlaceGrubCore(sector, 2048);

        Assert.Equal(2048, BootSectors.GrubCoreOf(sector));
    }

    private static byte[] FileSystem(uint hidden)
    {
        var sector = new byte[512];
        "NTFS    "u8.CopyTo(sector.AsSpan(3));
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(0x1C), hidden);
        BootRecord.Sign(sector);
        return sector;
    }

    private static byte[] Core(params (long Start, ushort Count)[] list)
    {
        var sector = new byte[512];
        for (var i = 0; i < list.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(sector.AsSpan(0x1F4 - (i * 12)), list[i].Start);
            BinaryPrimitives.WriteUInt16LittleEndian(sector.AsSpan(0x1F4 - (i * 12) + 8), list[i].Count);
        }

        return sector;
    }
}
