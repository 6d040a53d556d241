using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class AptTests
{
    [Fact]
    public void A_line_of_print_uris_is_a_package()
    {
        var package = AptRepository.ParseUriLine(
            "'http://deb.debian.org/debian/pool/main/p/passwd/passwd_1%3a4.13%2bdfsg1-1_amd64.deb' passwd_1%3a4.13+dfsg1-1_amd64.deb 972180 SHA256:ABCDEF");

        Assert.Equal(new("passwd", "1:4.13+dfsg1-1", "passwd_1%3a4.13+dfsg1-1_amd64.deb", 972180, "abcdef"), package);
    }

    [Theory]
    [InlineData("")]
    [InlineData("'http://host/a_1_amd64.deb' a_1_amd64.deb 10 MD5Sum:00")]
    [InlineData("'http://host/a_1_amd64.deb' ../a_1_amd64.deb 10 SHA256:00")]
    [InlineData("'http://host/a_1_amd64.deb' a_1_amd64.deb ten SHA256:00")]
    public void Any_other_line_is_refused(string line)
    {
        Assert.Throws<ApplianceException>(() => AptRepository.ParseUriLine(line));
    }

    [Fact]
    public void Mirrors_are_read_from_sources_list()
    {
        const string Text =
            """
            # deb http://wrong.example/debian bookworm main
            deb cdrom:[Debian GNU/Linux 12]/ bookworm main
            deb-src http://mirror.example/debian bookworm main
            deb [arch=amd64 trusted=yes] http://mirror.example/debian bookworm main contrib
            deb http://security.example/debian-security bookworm-security main
            """;

        Assert.Equal(("http://mirror.example/debian", "http://security.example/debian-security"), AptSources.ReadLines(Text));
    }

    [Fact]
    public void Mirrors_are_read_from_deb822_sources()
    {
        const string Text =
            """
            Types: deb
            URIs: http://old.example/debian
            Suites: bookworm
            Enabled: no

            Types: deb deb-src
            # a comment
            URIs: http://mirror.example/debian
            Suites: bookworm bookworm-updates
            Components: main

            Types: deb
            URIs: http://security.example/debian-security
            Suites: bookworm-security
            """;

        Assert.Equal(("http://mirror.example/debian", "http://security.example/debian-security"), AptSources.ReadDeb822(Text));
    }

    [Fact]
    public void Another_release_names_no_mirror()
    {
        Assert.Equal((null, null), AptSources.ReadLines("deb http://archive.ubuntu.com/ubuntu noble main"));
    }
}
