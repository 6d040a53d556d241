using System.IO.Compression;
using System.Text;

namespace VirtTools.GuestTests.Actions;

/// <summary>The twelve names of grep, each with what only it finds.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class GrepTests : IDisposable
{
    private const string Text = "a.c\nabc\nABC\nab|x\n(AB)\n";

    private readonly ActionsGuest _guest;
    private readonly Guestfs _handle;

    public GrepTests(ActionsGuest guest)
    {
        _guest = guest;
        _handle = guest.Mounted();
        _handle.Write("/text", Encoding.ASCII.GetBytes(Text));
        using (var packed = new GZipStream(File.Create(guest.HostFile("text.gz")), CompressionLevel.Optimal))
            packed.Write(Encoding.ASCII.GetBytes(Text));
        _handle.Upload(guest.HostFile("text.gz"), "/text.gz");
    }

    public void Dispose() => File.Delete(_guest.HostFile("text.gz"));

    [Fact]
    public void Every_name_of_grep_has_its_own_syntax_case_and_compression()
    {
        const string Plain = "/text", Packed = "/text.gz";
        (string Name, string[] Found, string[] Expected)[] answers =
        [
            ("grep", _handle.Grep("a.c", Plain), ["a.c", "abc"]),
            ("egrep", _handle.Egrep("^(a.c|abc)$", Plain), ["a.c", "abc"]),
            ("fgrep", _handle.Fgrep("a.c", Plain), ["a.c"]),
            ("grepi", _handle.Grepi("a.c", Plain), ["a.c", "abc", "ABC"]),
            ("egrepi", _handle.Egrepi("^(abc|x)$", Plain), ["abc", "ABC"]),
            ("fgrepi", _handle.Fgrepi("(ab)", Plain), ["(AB)"]),
            ("zgrep", _handle.Zgrep("a.c", Packed), ["a.c", "abc"]),
            ("zegrep", _handle.Zegrep("^(a.c|abc)$", Packed), ["a.c", "abc"]),
            ("zfgrep", _handle.Zfgrep("a.c", Packed), ["a.c"]),
            ("zgrepi", _handle.Zgrepi("a.c", Packed), ["a.c", "abc", "ABC"]),
            ("zegrepi", _handle.Zegrepi("^(abc|x)$", Packed), ["abc", "ABC"]),
            ("zfgrepi", _handle.Zfgrepi("(ab)", Packed), ["(AB)"]),
            ("grep, fixed, compressed", _handle.Grep("ab|x", Packed, new() { Fixed = true, Compressed = true }), ["ab|x"]),
        ];

        Assert.All(answers, answer => Assert.True(answer.Expected.SequenceEqual(answer.Found), $"{answer.Name}: {string.Join(' ', answer.Found)}"));
    }

    [Fact]
    public void Pattern_that_is_not_there_finds_nothing()
    {
        Assert.Empty(_handle.Grep("nowhere", "/text"));
        Assert.Empty(_handle.Zgrep("nowhere", "/text.gz"));
        Assert.Empty(_handle.Grep("-v", "/text"));
    }

    [Fact]
    public void Pattern_that_is_none_fails()
    {
        Assert.Throws<GuestfsException>(() => _handle.Egrep("(", "/text"));
        Assert.Throws<GuestfsException>(() => _handle.Zegrep("(", "/text.gz"));
    }
}
