using System.Text;
using VirtTools.Commands;
using VirtTools.CommandLine.Running;

namespace VirtTools.Tests.Commands;

/// <summary>Queries print what the original printed for the same document.</summary>
public sealed class XmlQueryTests
{
    private const string Document = """
        <?xml version="1.0"?>
        <operatingsystems>
          <operatingsystem>
            <root>/dev/sda1</root>
            <filesystems>
              <filesystem dev="/dev/sda1"><type>ext4</type></filesystem>
              <filesystem dev="/dev/sda2"><type>b&amp;&lt;c</type></filesystem>
            </filesystems>
            <application/>
            <!-- c -->
          </operatingsystem>
        </operatingsystems>
        """;

    [Theory]
    [InlineData(
        "//filesystems",
        "<filesystems>\n  <filesystem dev=\"/dev/sda1\">\n    <type>ext4</type>\n  </filesystem>\n"
            + "  <filesystem dev=\"/dev/sda2\">\n    <type>b&amp;&lt;c</type>\n  </filesystem>\n</filesystems>\n")]
    [InlineData("//filesystem/@dev", " dev=\"/dev/sda1\"\n dev=\"/dev/sda2\"\n")]
    [InlineData("//type/text()", "ext4\nb&amp;&lt;c\n")]
    [InlineData("count(//filesystem)", "2\n")]
    [InlineData("string(//root)", "/dev/sda1\n")]
    [InlineData("//nothing", "")]
    [InlineData("string(//nothing)", "")]
    [InlineData("/..", "")]
    [InlineData("1 = 1", "true\n")]
    [InlineData("boolean(//nothing)", "false\n")]
    [InlineData("//root", "<root>/dev/sda1</root>\n")]
    [InlineData("//comment()", "<!-- c -->\n")]
    [InlineData("//application", "<application/>\n")]
    [InlineData("1 div 0", "Infinity\n")]
    [InlineData("-0.5", "-0.5\n")]
    [InlineData("1 div 3", "0.333333333333333\n")]
    [InlineData("10000000000", "1e+10\n")]
    [InlineData("concat('a', '<')", "a<\n")]
    [InlineData("//filesystem[1] | //root", "<root>/dev/sda1</root>\n<filesystem dev=\"/dev/sda1\">\n  <type>ext4</type>\n</filesystem>\n")]
    public async Task Answer_is_the_one_of_the_original(string query, string answer)
    {
        var streams = new CapturedStreams("virt-inspector");

        await XmlQuery.RunAsync(query, Input(Document), streams.Streams, CancellationToken.None);

        Assert.Equal(answer, streams.Output);
    }

    [Fact]
    public async Task Whole_document_has_no_declaration_and_a_line_more()
    {
        var streams = new CapturedStreams("virt-inspector");

        await XmlQuery.RunAsync("/", Input("<a><b/></a>"), streams.Streams, CancellationToken.None);

        Assert.Equal("<a>\n  <b/>\n</a>\n\n", streams.Output);
    }

    [Theory]
    [InlineData("bad((", "<a/>")]
    [InlineData("foo:bar", "<a/>")]
    [InlineData("unknown-function()", "<a/>")]
    [InlineData("$variable", "<a/>")]
    [InlineData("//a", "<a")]
    [InlineData("//a", "")]
    [InlineData("//a", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>")]
    public async Task Mistake_is_a_sentence(string query, string document)
    {
        var streams = new CapturedStreams("virt-inspector");

        await Assert.ThrowsAsync<CommandFailedException>(() => XmlQuery.RunAsync(query, Input(document), streams.Streams, CancellationToken.None));

        Assert.Equal("", streams.Output);
    }

    private static MemoryStream Input(string text) => new(Encoding.UTF8.GetBytes(text));
}
