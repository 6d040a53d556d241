using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class CachePlaceTests
{
    [Theory]
    [InlineData("LIBGUESTFS_CACHEDIR=/c CACHE_DIRECTORY=/s XDG_CACHE_HOME=/x", 1000, "/c/virttools-1000")]
    [InlineData("LIBGUESTFS_CACHEDIR=/c/", 0, "/c/virttools-0")]
    [InlineData("CACHE_DIRECTORY=/var/cache/unit:/var/cache/other XDG_CACHE_HOME=/x", 1000, "/var/cache/unit/virttools")]
    [InlineData("CACHE_DIRECTORY=/var/cache/unit", 0, "/var/cache/unit/virttools")]
    [InlineData("XDG_CACHE_HOME=/x", 0, "/var/cache/virttools")]
    [InlineData("XDG_CACHE_HOME=/x", 1000, "/x/virttools")]
    [InlineData("XDG_CACHE_HOME=relative", 1000, "/home/user/.cache/virttools")]
    [InlineData("HOME=/root", 1000, "/home/user/.cache/virttools")]
    [InlineData("", 1000, "/home/user/.cache/virttools")]
    public void The_first_place_that_is_named_counts(string environment, uint user, string expected)
    {
        Assert.Equal(expected, CachePlace.Choose(Variables(environment), user, _ => "/home/user"));
    }

    [Fact]
    public void A_relative_LIBGUESTFS_CACHEDIR_is_refused()
    {
        var error = Assert.Throws<ApplianceException>(() => CachePlace.Choose(Variables("LIBGUESTFS_CACHEDIR=cache"), 1000, _ => "/home/user"));

        Assert.Equal("LIBGUESTFS_CACHEDIR is cache, which is not an absolute path: correct or unset it", error.Message);
    }

    [Fact]
    public void A_user_without_a_home_is_told_to_name_a_place()
    {
        var error = Assert.Throws<ApplianceException>(() => CachePlace.Choose(Variables(""), 1000, _ => null));

        Assert.Contains("set LIBGUESTFS_CACHEDIR", error.Message);
    }

    [Fact]
    public void The_home_folder_comes_from_the_password_database()
    {
        Assert.Equal("/root", UserIdentity.HomeFolder(0));
        Assert.Null(UserIdentity.HomeFolder(4_000_000_000));
    }

    private static Func<string, string?> Variables(string environment)
    {
        var values = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => values.GetValueOrDefault(name);
    }
}
