namespace VirtTools.Inspection;

/// <summary>The facts from which the name in libosinfo's database is guessed.</summary>
internal readonly record struct InspectedVersion(string Type, string Distribution, int Major, int Minor, string ProductName, string ProductVariant, string BuildId);

/// <summary>Guesses the short name that libosinfo has for a system.</summary>
internal static class OsinfoName
{
    private const string Unknown = "unknown";

    /// <summary>Rolling distributions: one name for all times.</summary>
    private static readonly string[] WithoutVersion = ["archlinux", "gentoo", "voidlinux"];

    /// <summary>The name; <c>unknown</c> where there is none.</summary>
    public static string Of(InspectedVersion system) => system.Type switch
    {
        "linux" => OfLinux(system),
        "freebsd" or "netbsd" or "openbsd" => $"{system.Distribution}{system.Major}.{system.Minor}",
        "dos" when system.Distribution == "msdos" => "msdos6.22",
        "windows" => WindowsOsinfo.IdOf(system.ProductName, system.ProductVariant, system.Major, system.Minor, system.BuildId),
        _ => Unknown,
    };

    private static string OfLinux(InspectedVersion system) => system switch
    {
        { Distribution: "centos", Major: >= 8 } => $"centos{system.Major}",
        { Distribution: "centos", Major: 7 } => "centos7.0",
        { Distribution: "debian", Major: >= 4 } => $"debian{system.Major}",
        { Distribution: "fedora" or "mageia" } => $"{system.Distribution}{system.Major}",
        { Distribution: "sles" } => OfSuse(system),
        { Distribution: "ubuntu" } => $"ubuntu{system.Major}.{system.Minor:D2}",
        _ when WithoutVersion.Contains(system.Distribution) => system.Distribution,
        _ when system is { Major: 0, Minor: 0 } => Unknown,
        _ => $"{system.Distribution}{system.Major}.{system.Minor}",
    };

    private static string OfSuse(InspectedVersion system)
    {
        var name = system.ProductName.Contains("Desktop", StringComparison.Ordinal) ? "sled" : "sles";
        return system.Minor == 0 ? $"{name}{system.Major}" : $"{name}{system.Major}sp{system.Minor}";
    }
}
