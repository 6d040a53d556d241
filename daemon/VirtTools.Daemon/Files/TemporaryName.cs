using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>Names that nobody uses yet, from a template that ends in <c>XXXXXX</c>.</summary>
internal static class TemporaryName
{
    private const string Placeholder = "XXXXXX";
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int Attempts = 100;

    /// <summary>Makes something under a new name.</summary>
    /// <param name="make">Makes it, and fails with EEXIST where the name is taken.</param>
    /// <returns>The path.</returns>
    /// <exception cref="DaemonException">EINVAL: the template does not end in the placeholder. EEXIST: no name was free.</exception>
    public static string Make(GuestRoot root, string template, string suffix, Action<NameInFolder> make)
    {
        if (!template.EndsWith(Placeholder, StringComparison.Ordinal))
        {
            throw new DaemonException("EINVAL", $"{template}: the template must end in {Placeholder}");
        }

        if (suffix.Contains('/'))
        {
            throw new DaemonException("EINVAL", $"{suffix}: a suffix may not contain '/'");
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var path = template[..^Placeholder.Length] + RandomLetters() + suffix;
            using var name = root.LocateName(path);
            try
            {
                make(name);
                return path;
            }
            catch (PosixException e) when (e.Errno == Errno.EEXIST)
            {
                continue;
            }
        }

        throw new DaemonException("EEXIST", $"{template}: no free name was found");
    }

    private static string RandomLetters()
    {
        Span<byte> random = stackalloc byte[Placeholder.Length];
        Kernel.FillRandom(random);
        Span<char> letters = stackalloc char[Placeholder.Length];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = Letters[random[i] % Letters.Length];
        }

        return new(letters);
    }
}
