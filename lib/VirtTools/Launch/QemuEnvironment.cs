using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>What QEMU gets of our environment. Ours may hold passwords and tokens, and QEMU faces hostile guests.</summary>
internal static class QemuEnvironment
{
    private const string LibraryTuning = "GLIBC_TUNABLES=";

    private static readonly string[] Names =
        ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD", "DOTNET_ROOT"];

    /// <summary>The environment for this attempt: all of it for a wrapper, whose author may count on anything.</summary>
    /// <param name="binary">The program.</param>
    /// <param name="further">Names of variables that this one needs too.</param>
    public static IReadOnlyList<string> For(QemuBinary binary, params IReadOnlyList<string> further)
    {
        List<string> entries = [.. ProcessEnvironment.All().Where(entry => binary.IsWrapper || IsHarmless(entry) || further.Contains(NameOf(entry)))];

        // The managed launcher would leave a diagnostics socket in TMPDIR when it becomes QEMU.
        entries.RemoveAll(entry => entry.StartsWith("DOTNET_EnableDiagnostics=", StringComparison.Ordinal));
        entries.Add("DOTNET_EnableDiagnostics=0");

        // Memory that QEMU allocates comes in large pages where the kernel lets a program ask for them: a third less time from start to first
        // byte (measured; a fault costs much more under a hypervisor), for 8 MiB more.
        if (!entries.Exists(entry => entry.StartsWith(LibraryTuning, StringComparison.Ordinal)))
        {
            entries.Add($"{LibraryTuning}glibc.malloc.hugetlb=1");
        }

        return entries;
    }

    private static string NameOf(string entry) => entry[..entry.IndexOf('=')];

    private static bool IsHarmless(string entry)
    {
        var name = NameOf(entry);
        return Names.Contains(name) || name.StartsWith("QEMU_", StringComparison.Ordinal);
    }
}
