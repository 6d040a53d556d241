using System.Text;
using System.Text.Json;
using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.Tests.CommandLine;

public sealed class OutputFormatTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("q\"uote", "\"q\"\"uote\"")]
    [InlineData("new\nline", "\"new\nline\"")]
    public void Csv_fields_are_quoted_where_the_original_quotes(string field, string expected)
    {
        Assert.Equal(expected, CsvField.Quote(field));
    }

    [Fact]
    public void Metric_labels_are_escaped()
    {
        var text = new PrometheusText().Sample("m", 5, ("guest", "a\"b\\c\nd"), ("device", "inv\udcff")).ToString();

        Assert.Equal("m{guest=\"a\\\"b\\\\c\\nd\",device=\"inv\\\\xff\"} 5\n", text);
    }

    [Fact]
    public void A_metric_begins_with_its_help_and_type()
    {
        Assert.Equal("# HELP m What it is.\n# TYPE m gauge\nm 1\n", new PrometheusText().Gauge("m", "What it is.").Sample("m", 1).ToString());
    }

    [Fact]
    public void Json_names_that_are_text_are_only_text()
    {
        Assert.Equal("""{"name":"plain \u00FC"}""", Json("plain ü"));
    }

    [Fact]
    public void Json_names_that_are_no_text_carry_their_bytes()
    {
        Assert.Equal("""{"name":"inv\uFFFD\uFFFD","nameBase64":"aW52//4="}""", Json("inv\udcff\udcfe"));
    }

    [Fact]
    public void A_replaced_file_is_whole_and_leaves_nothing_beside_it()
    {
        using var folder = new ScratchFolder();
        var path = folder.Path + "/out.prom";
        File.WriteAllText(path, "old");

        ReplacedFile.Write(path, "new"u8);

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_leaves_nothing_beside_it()
    {
        using var folder = new ScratchFolder();
        var path = folder.Path + "/out.prom";
        Directory.CreateDirectory(path);

        Assert.Throws<PosixException>(() => ReplacedFile.Write(path, "new"u8));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_a_killed_process_of_our_number_left_beside_a_file_is_no_obstacle()
    {
        using var folder = new ScratchFolder();
        var path = folder.Path + "/out.prom";
        File.WriteAllText($"{path}.{Environment.ProcessId}.tmp", "half");

        ReplacedFile.Write(path, "new"u8);

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    private static string Json(string name)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            JsonName.Write(json, "name", name);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
