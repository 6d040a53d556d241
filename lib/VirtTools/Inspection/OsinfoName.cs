namespace VirtTools.Inspection;

/// <summary>The facts from which the name in libosinfo's database is guessed.</summary>
internal readonly record struct InspectedVersion(string Type, string Distribution, int Major, int Minor, string ProductName, string ProductVariant);

/// <summary>Guesses the short name that libosinfo has for a system.</summary>
internal static class OsinfoName
{
    private const string Unknown = "unknown";

    /// <summary>Rolling distributions: one name for all times.</summary>
    private static readonly string[] WithoutVersion = ["archlinux", "gentoo", "voidlinux"];

    /// <summary>Windows by version: for a client and for a server.</summary>
    private static readonly (int Major, int Minor, string? Client, string? Server)[] Windows =
    [
        (5, 1, "winxp", null),
        (5, 2, "winxp", "win2k3"),
        (6, 0, "winvista", "win2k8"),
        (6, 1, "win7", "win2k8r2"),
        (6, 2, "win8", "win2k12"),
        (6, 3, "win8.1", "win2k12r2"),
    ];

    /// <summary>From version 10.0 on the product's name tells. Its clients all call themselves 10 in the registry, so 11 is not told apart.</summary>
    private static readonly (string InName, string Name)[] WindowsServers = [("2025", "win2k25"), ("2022", "win2k22"), ("2019", "win2k19")];

    /// <summary>The name; <c>unknown</c> where there is none.</summary>
    public static string Of(InspectedVersion system) => system.Type switch
    {
        "linux" => OfLinux(system),
        "freebsd" or "netbsd" or "openbsd" => $"{system.Distribution}{system.Major}.{system.Minor}",
        "dos" when system.Distribution == "msdos" => "msdos6.22",
        "windows" => OfWindows(system),
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

    private static string OfWindows(InspectedVersion system)
    {
        var isServer = system.ProductVariant.Contains("Server", StringComparison.Ordinal);
        if (system.Major >= 10)
        {
            return isServer
                ? Array.Find(WindowsServers, server => system.ProductName.Contains(server.InName, StringComparison.Ordinal)).Name ?? "win2k16"
                : "win10";
        }

        if (system is { Major: 5, Minor: 2 } && system.ProductName.Contains("R2", StringComparison.Ordinal))
        {
            return "win2k3r2";
        }

        var known = Array.Find(Windows, version => version.Major == system.Major && version.Minor == system.Minor);
        return (isServer || (system is { Major: 5, Minor: 2 } && !system.ProductName.Contains("XP", StringComparison.Ordinal)) ? known.Server : known.Client) ?? Unknown;
    }
}
