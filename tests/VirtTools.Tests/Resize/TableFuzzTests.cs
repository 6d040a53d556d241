using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize;

public sealed class TableFuzzTests
{
    private const int Rounds = 20_000;

    [Fact]
    public async Task A_mutated_table_is_read_refused_or_not_seen_and_nothing_else()
    {
        var random = new Random(7);
        var gpt = new MemoryDisk(2048);
        gpt.Gpt((64, 127, "a"), (128, 1023, "b"));
        var mbr = new MemoryDisk(2048);
        mbr.MbrEntry(0, 0, 0x83, 64, 100);
        mbr.MbrEntry(0, 1, 0x05, 256, 1024);
        mbr.MbrEntry(256, 0, 0x83, 4, 100);
        mbr.MbrEntry(256, 1, 0x05, 128, 500);
        mbr.MbrEntry(384, 0, 0x82, 136, 200);
        int[] sectors = [0, 1, 2, 256, 384, 2047];
        for (var round = 0; round < Rounds; round++)
        {
            var disk = round % 2 == 0 ? gpt : mbr;
            var changed = new List<(int Place, byte Before)>();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var place = (sectors[random.Next(sectors.Length)] * 512) + random.Next(512);
                changed.Add((place, disk.Bytes[place]));
                disk.Bytes[place] = (byte)random.Next(256);
            }

            try
            {
                if (await disk.TableAsync() is { } table)
                {
                    Assert.All(table.Entries, entry => Assert.True(entry.First >= 0 && entry.Count > 0));
                }
            }
            catch (TableDamagedException e)
            {
                Assert.NotEmpty(e.Message);
            }

            changed.Reverse();
            changed.ForEach(change => disk.Bytes[change.Place] = change.Before);
        }
    }
}
