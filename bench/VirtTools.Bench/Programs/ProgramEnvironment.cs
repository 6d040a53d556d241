using VirtTools.Fixtures.Building;
using VirtTools.Posix;

namespace VirtTools.Bench.Programs;

/// <summary>How our programs start their appliance.</summary>
internal enum ApplianceStart
{
    /// <summary>As they do by themselves: from a template.</summary>
    Resume,

    /// <summary>By booting it.</summary>
    Boot,
}

/// <summary>Environments in which ours and the original do the same work.</summary>
internal static class ProgramEnvironment
{
    /// <summary>Emulation even where KVM would work, since the original's programs run so here: what is compared is the software.</summary>
    public const string Emulation = "force_tcg";

    private const string Prefix = "LIBGUESTFS_";

    // Where files go is the user's business; every other setting would change what is measured.
    private static readonly string[] s_kept = ["LIBGUESTFS_CACHEDIR", "LIBGUESTFS_TMPDIR"];

    /// <summary>For our programs, on this appliance.</summary>
    public static IReadOnlyList<string> Ours(string applianceFolder, ApplianceStart start) => With(new Dictionary<string, string>
    {
        ["LIBGUESTFS_PATH"] = applianceFolder,
        ["LIBGUESTFS_BACKEND_SETTINGS"] = start == ApplianceStart.Boot ? $"{Emulation}:no_template" : Emulation,
    });

    /// <summary>For the original's programs, on the appliance that Debian's package makes.</summary>
    public static IReadOnlyList<string> Original() => With(Guestfish.OriginalEnvironment);

    private static IReadOnlyList<string> With(IReadOnlyDictionary<string, string> settings)
    {
        var inherited = ProcessEnvironment.All().Where(entry => IsKept(entry.Split('=', 2)[0]));
        return [.. inherited, "LC_ALL=C", .. settings.Select(setting => $"{setting.Key}={setting.Value}")];
    }

    private static bool IsKept(string name) =>
        name != "LC_ALL" && (!name.StartsWith(Prefix, StringComparison.Ordinal) || s_kept.Contains(name));
}
