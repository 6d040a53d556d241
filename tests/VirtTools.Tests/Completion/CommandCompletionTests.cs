using VirtTools.CommandLine.Completion;
using VirtTools.CommandLine.Manual;
using VirtTools.Commands;

namespace VirtTools.Tests.Completion;

public sealed class CommandCompletionTests
{
    private static readonly HelpText s_help = HelpText.Parse("virt-cat: x\n\nvirt-cat FILE\n\n  -a, --add IMAGE            image\n      --raw                  raw\n");

    [Theory]
    [InlineData(":files")]
    [InlineData(":files", "-a", "di")]
    [InlineData(":files", "--add", "")]
    [InlineData(":files", "--add=x")]
    [InlineData("-a\timage;--add\timage;--raw\traw", "-")]
    [InlineData("--raw\traw", "-v", "--r")]
    [InlineData("--format=raw", "--format=qcow2", "--format=r")]
    [InlineData("", "--key", "all")]
    [InlineData("", "--no-such-option", "x")]
    [InlineData(":files", "--", "--r")]
    public async Task A_place_has_its_candidates(string expected, params string[] words)
    {
        var found = await CommandCompletion.FindAsync(new CatOptions(), s_help, words, CancellationToken.None);

        Assert.Equal(expected, string.Join(';', found));
    }

    [Fact]
    public async Task An_image_that_is_not_there_has_no_paths()
    {
        var found = await CommandCompletion.FindAsync(new CatOptions(), s_help, ["/no/such/image", "/et"], CancellationToken.None);

        Assert.Empty(found);
    }
}
