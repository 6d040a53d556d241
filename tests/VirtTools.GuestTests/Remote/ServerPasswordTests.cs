using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>Servers that ask for a password, which stands in the address.</summary>
public sealed class ServerPasswordTests(ServedImage image) : IClassFixture<ServedImage>, IDisposable
{
    private const string Target = "iqn.2003-01.org.example:disk";
    private const string User = "reader";

    // Characters that an address, a configuration and JSON would each take for something else; CHAP wants twelve.
    private const string Password = "p@ss:w/rd\"%41";
    private const string InAddress = "p%40ss%3Aw%2Frd%22%2541";
    private const string Other = "another%20password";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => ["http", "iscsi"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_right_password_opens_the_disk(string kind)
    {
        using var server = Serve(kind);

        var ending = Cat(Address(kind, server, $"{User}:{InAddress}@"));

        Assert.Equal((0, "hello from the server\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_wrong_one_is_a_sentence_that_does_not_hold_it(string kind)
    {
        using var server = Serve(kind);

        var ending = Cat(Address(kind, server, $"{User}:{Other}@"));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Matches("^virt-cat: [^\n]+\n$", ending.Error);
        Assert.Contains($"{kind}://{User}@", ending.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("another", ending.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void None_is_a_sentence(string kind)
    {
        using var server = Serve(kind);

        var ending = Cat(Address(kind, server, ""));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Matches("^virt-cat: [^\n]+\n$", ending.Error);
    }

    private LoopbackServer Serve(string kind)
    {
        if (kind == "iscsi")
        {
            return LoopbackServer.Iscsi(_folder.Path, image.Raw, Target, (User, Password));
        }

        File.WriteAllText(_folder["passwords"], $"{User}:{TestKeys.OpenSsl.Run("passwd", "-apr1", Password).Text}");
        return LoopbackServer.Web(_folder.Path, Path.GetDirectoryName(image.Raw)!, passwords: _folder["passwords"]);
    }

    private static string Address(string kind, LoopbackServer server, string account) =>
        $"{kind}://{account}{server.Server}/{(kind == "iscsi" ? $"{Target}/1" : "disk.img")}";

    private Ending Cat(string uri) => Published.Run("virt-cat", _folder.Path, "-a", uri, "-m", "/dev/sda", "/greeting");
}
