using System.Text.Json;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

public sealed class BlockGraphTests : IDisposable
{
    private readonly List<ImageLayer> layers = [];

    public void Dispose() => layers.ForEach(layer => layer.Dispose());

    [Fact]
    public void Layers_are_linked_by_name_from_the_base_up()
    {
        var graph = BlockGraph.Of(Drive(Layer("qcow2"), Layer("vmdk", readOnly: true), Layer("raw", readOnly: true)), 7);

        var formats = Nodes(graph).Where(node => node.TryGetProperty("file", out _)).ToArray();
        Assert.Equal(["drive3-2", "drive3-1", "drive3-0"], formats.Select(node => Text(node, "node-name")));
        Assert.Equal("drive3-2", Text(formats[1], "backing"));
        Assert.Equal("drive3-1", Text(formats[2], "backing"));
        Assert.False(formats[0].TryGetProperty("backing", out _));
        Assert.Equal("drive3-0", graph.TopNode);
    }

    [Fact]
    public void Every_layer_is_reached_through_the_set_that_holds_its_descriptor()
    {
        var drive = Drive(Layer("qcow2"), Layer("raw", readOnly: true));

        var graph = BlockGraph.Of(drive, 7);

        foreach (var (layer, depth) in drive.Layers.Select((layer, depth) => (layer, depth)))
        {
            var node = Nodes(graph).Single(candidate => Text(candidate, "node-name") == $"drive3-{depth}-file");
            var set = graph.Files.Single(file => file.Handle == layer.Handle).Set;
            Assert.Equal($"/dev/fdset/{set}", Text(node, "filename"));
        }
    }

    [Theory]
    [InlineData("qcow2")]
    [InlineData("qcow")]
    [InlineData("qed")]
    [InlineData("vmdk")]
    public void A_base_that_could_name_a_backing_file_is_told_that_there_is_none(string format)
    {
        var graph = BlockGraph.Of(Drive(Layer(format)), 1);

        Assert.Equal(JsonValueKind.Null, Nodes(graph).Last().GetProperty("backing").ValueKind);
    }

    [Theory]
    [InlineData(true, "off")]
    [InlineData(false, "auto")]
    public void Only_drives_that_are_written_are_locked(bool readOnly, string locking)
    {
        var graph = BlockGraph.Of(Drive(Layer("raw")) with { ReadOnly = readOnly }, 1);

        Assert.Equal(locking, Text(Nodes(graph)[0], "locking"));
    }

    [Fact]
    public void Flushes_are_dropped_where_the_result_is_thrown_away_or_the_user_says_so()
    {
        Assert.True(NoFlush(Drive(Layer("raw")) with { ReadOnly = true }));
        Assert.True(NoFlush(Drive(Layer("raw")) with { IgnoreFlushes = true }));
        Assert.False(NoFlush(Drive(Layer("raw"))));

        static bool NoFlush(LaunchDrive drive) =>
            Nodes(BlockGraph.Of(drive, 1))[0].GetProperty("cache").GetProperty("no-flush").GetBoolean();
    }

    [Fact]
    public void Discard_reaches_the_layer_that_is_written_only()
    {
        var nodes = Nodes(BlockGraph.Of(Drive(Layer("qcow2"), Layer("raw", readOnly: true)) with { Discard = true }, 1));

        Assert.Equal(["ignore", "ignore", "unmap", "unmap"], nodes.Select(node => Text(node, "discard")));
    }

    [Fact]
    public void Copy_on_read_is_a_node_on_top()
    {
        var graph = BlockGraph.Of(Drive(Layer("qcow2"), Layer("raw", readOnly: true)) with { CopyOnRead = true }, 1);

        Assert.Equal("copy-on-read", Text(Nodes(graph).Last(), "driver"));
        Assert.Equal(Text(Nodes(graph).Last(), "node-name"), graph.TopNode);
    }

    [Fact]
    public void The_size_of_a_raw_layer_is_passed_where_qemu_can_take_it()
    {
        Assert.Equal(1024, Nodes(BlockGraph.Of(Drive(Layer("raw", size: 1024)), 1)).Last().GetProperty("size").GetInt32());
        Assert.False(Nodes(BlockGraph.Of(Drive(Layer("raw", size: 1000)), 1)).Last().TryGetProperty("size", out _));
    }

    private static JsonElement[] Nodes(BlockGraph graph) => [.. graph.Nodes.Select(node => JsonDocument.Parse(node).RootElement)];

    private static string? Text(JsonElement node, string name) => node.GetProperty(name).GetString();

    private static LaunchDrive Drive(params ImageLayer[] layers) => new() { Index = 3, Layers = layers };

    private ImageLayer Layer(string format, bool readOnly = false, long? size = null)
    {
        var layer = new ImageLayer(Descriptors.CreateMemoryFile("layer"), format, readOnly, size);
        layers.Add(layer);
        return layer;
    }
}
