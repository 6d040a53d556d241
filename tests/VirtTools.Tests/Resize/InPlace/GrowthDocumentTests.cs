using System.Text.Json;
using VirtTools.CommandLine.Options;
using VirtTools.Commands;
using VirtTools.Commands.InPlace;
using VirtTools.Commands.Plan;

namespace VirtTools.Tests.Resize.InPlace;

public sealed class GrowthDocumentTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task It_holds_the_partitions_that_grew_with_both_places_and_the_logical_volumes()
    {
        var growth = await GrowthAsync(new("LVM2_member"), new GrownVolume("/dev/vg/root", new("ext4"), 4 * MiB, 8 * MiB));

        var json = Json(GrowthDocument.Of("disk.img", "qcow2", (8 * MiB, 16 * MiB), growth, isDone: true, ["a warning"]));

        Assert.Equal(
            ("disk.img", "disk.img", "qcow2", "mbr", 512, 8 * MiB, 16 * MiB, true),
            (Text("input"), Text("output"), Text("format"), Text("table"), json.GetProperty("sectorSize").GetInt32(), Number("inputSize"), Number("outputSize"),
                json.GetProperty("done").GetBoolean()));
        Assert.Equal(["a warning"], json.GetProperty("warnings").EnumerateArray().Select(each => each.GetString()));

        // The extended partition grows around the logical one.
        var partitions = json.GetProperty("partitions").EnumerateArray().ToArray();
        Assert.Equal(["/dev/sda2 extended", "/dev/sda5 logical"], partitions.Select(each => $"{each.GetProperty("name")} {each.GetProperty("role")}"));
        Assert.All(partitions, each => Assert.Equal("resize", each.GetProperty("operation").GetString()));
        Assert.Equal(JsonValueKind.Null, partitions[0].GetProperty("content").ValueKind);
        Assert.Equal(("LVM2_member", "pvresize"), (partitions[1].GetProperty("content").GetString(), partitions[1].GetProperty("expandMethod").GetString()));
        Assert.Equal((260 * 512, 500 * 512), Place(partitions[1].GetProperty("source")));
        Assert.Equal((260 * 512, (16384 - 260) * 512), Place(partitions[1].GetProperty("target")));

        var volume = Assert.Single(json.GetProperty("logicalVolumes").EnumerateArray());
        Assert.Equal(
            ("/dev/vg/root", 4 * MiB, 8 * MiB, "ext4", "resize2fs"),
            (volume.GetProperty("name").GetString(), volume.GetProperty("oldSize").GetInt64(), volume.GetProperty("newSize").GetInt64(),
                volume.GetProperty("content").GetString(), volume.GetProperty("expandMethod").GetString()));

        string? Text(string name) => json.GetProperty(name).GetString();
        long Number(string name) => json.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task A_growth_is_told_in_a_sentence_too()
    {
        var plain = await GrowthAsync(new("xfs"));
        var volumes = await GrowthAsync(new("LVM2_member"), new GrownVolume("/dev/vg/root", new("ext4"), 1, 2));

        Assert.Equal("/dev/sda5 and its file system (xfs) have 8255488 bytes now", plain.Summary);
        Assert.Equal("/dev/sda5 and its physical volume have 8255488 bytes now, and /dev/vg/root with its file system (ext4) has what was free", volumes.Summary);
    }

    [Fact]
    public void A_recovery_has_no_document() => Assert.Contains(
        "--recover", Assert.Throws<UsageException>(() => new ResizeOptions().Read(["--recover", "--json", "disk.img"])).Message);

    private static async Task<Growth> GrowthAsync(PartitionContent content, params GrownVolume[] volumes)
    {
        var disk = new MemoryDisk(2048);
        disk.MbrEntry(0, 0, 0x83, 64, 100);
        disk.MbrEntry(0, 1, 0x05, 256, 1024);
        disk.MbrEntry(256, 0, 0x8E, 4, 500);
        var table = (await disk.TableAsync())!;
        return new(table, GrowthPlan.Make(table, new(16384, 512), chosen: null), content, volumes);
    }

    private static (long Start, long Size) Place(JsonElement place) => (place.GetProperty("start").GetInt64(), place.GetProperty("size").GetInt64());

    private static JsonElement Json(GrowthDocument document) =>
        JsonDocument.Parse(JsonSerializer.Serialize(document, GrowthJsonContext.Default.GrowthDocument)).RootElement;
}
