using VirtTools.CommandLine.Options;

namespace VirtTools.Tests.CommandLine;

public sealed class ImageAddressTests
{
    [Theory]
    [InlineData("disk.img", "disk.img")]
    [InlineData("/a@b:c://d", "/a@b:c://d")]
    [InlineData("nbd://host:10809/disk", "nbd://host:10809/disk")]
    [InlineData("https://user:secret@host/disk.img", "https://user:***@host/disk.img")]
    public void A_password_is_not_told(string argument, string told) => Assert.Equal(told, ImageAddress.WithoutSecret(argument));

    [Fact]
    public void Where_only_a_local_disk_will_do_a_URI_is_refused_without_its_password()
    {
        var refusal = Assert.Throws<UsageException>(() => ImageAddress.ToNewPath("ssh://user:secret@host/disk.img"));

        Assert.StartsWith("ssh://user:***@host/disk.img: this must be a local disk", refusal.Message);
    }
}
