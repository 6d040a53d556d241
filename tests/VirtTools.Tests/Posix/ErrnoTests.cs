using System.Text.Json;
using VirtTools.Posix;

namespace VirtTools.Tests.Posix;

public sealed class ErrnoTests
{
    // EZZZ ends the original's list and names no error.
    public static TheoryData<string> ProtocolNames() =>
        [.. JsonSerializer.Deserialize<string[]>(File.ReadAllText("facts/errno.json"))!.Where(name => name != "EZZZ")];

    [Theory]
    [MemberData(nameof(ProtocolNames))]
    public void Every_name_of_the_protocol_has_a_number_that_has_this_name(string name)
    {
        var number = Errno.FromName(name);

        Assert.NotNull(number);
        Assert.Equal(name, Errno.Name(number.Value));
    }

    [Theory]
    [InlineData("EWOULDBLOCK", Errno.EAGAIN)]
    [InlineData("EOPNOTSUPP", Errno.ENOTSUP)]
    [InlineData("EDEADLK", 35)]
    public void Second_names_are_read(string name, int number) => Assert.Equal(number, Errno.FromName(name));

    [Fact]
    public void Unknown_numbers_and_names_are_null()
    {
        Assert.Null(Errno.Name(4095));
        Assert.Null(Errno.FromName("ENOSUCH"));
        Assert.Equal("Unknown error 4095", Errno.Message(4095));
    }

    [Fact]
    public void A_failed_call_says_what_and_why()
    {
        var failure = Assert.Throws<PosixException>(() => Descriptors.Open("/no/such/file", OpenFlags.ReadOnly));

        Assert.Equal("ENOENT", failure.ErrnoName);
        Assert.Equal("/no/such/file: No such file or directory", failure.Message);
    }
}
