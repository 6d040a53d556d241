using System.Globalization;

namespace VirtTools.Appliance;

/// <summary>Where the cache folder is.</summary>
internal static class CachePlace
{
    private const string Name = "virttools";

    /// <summary>The place for this process.</summary>
    /// <exception cref="ApplianceException">No variable names a place and the user has no home folder.</exception>
    public static string FromEnvironment() =>
        FromEnvironment(Environment.GetEnvironmentVariable);

    /// <summary>The place for this process and user, with these variables.</summary>
    /// <exception cref="ApplianceException">No variable names a place and the user has no home folder.</exception>
    public static string FromEnvironment(Func<string, string?> variable) => Choose(variable, UserIdentity.Effective, UserIdentity.HomeFolder);

    /// <summary>
    /// LIBGUESTFS_CACHEDIR, which several users may share; CACHE_DIRECTORY of a systemd unit; /var/cache for root; XDG_CACHE_HOME; the home folder
    /// that the password database names, since HOME may be unset, or another user's under sudo.
    /// </summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="user">The effective user id.</param>
    /// <param name="home">Finds a user's home folder; null where there is none.</param>
    /// <exception cref="ApplianceException">None of these is there, or the one named is no absolute path.</exception>
    public static string Choose(Func<string, string?> variable, uint user, Func<uint, string?> home)
    {
        if (variable("LIBGUESTFS_CACHEDIR") is { Length: > 0 } shared)
        {
            return Absolute("LIBGUESTFS_CACHEDIR", shared, string.Create(CultureInfo.InvariantCulture, $"{Name}-{user}"));
        }

        // systemd joins several with colons; the first is as good as any.
        if (variable("CACHE_DIRECTORY")?.Split(':')[0] is { Length: > 0 } unit)
        {
            return Absolute("CACHE_DIRECTORY", unit, Name);
        }

        if (user == 0)
        {
            return $"/var/cache/{Name}";
        }

        // The XDG specification: a relative path is to be ignored.
        if (variable("XDG_CACHE_HOME") is ['/', ..] xdg)
        {
            return Absolute("XDG_CACHE_HOME", xdg, Name);
        }

        return home(user) is ['/', ..] folder
            ? Absolute("home", folder, $".cache/{Name}")
            : throw new ApplianceException($"user {user} has no home folder to keep a cache in: set LIBGUESTFS_CACHEDIR");
    }

    private static string Absolute(string variable, string folder, string name) =>
        folder.StartsWith('/')
            ? $"{folder.TrimEnd('/')}/{name}"
            : throw new ApplianceException($"{variable} is {folder}, which is not an absolute path: correct or unset it");
}
