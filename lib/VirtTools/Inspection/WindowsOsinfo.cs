using System.Globalization;

namespace VirtTools.Inspection;

/// <summary>The short names that libosinfo's database has for versions of Windows.</summary>
internal static class WindowsOsinfo
{
    /// <summary>What it has for a version that is not told here.</summary>
    public const string Unknown = "unknown";

    private const string Server = "Server";

    /// <summary>From this build on a client with version 10.0 is a Windows 11, though its registry says Windows 10.</summary>
    private const int FirstBuildOfEleven = 22000;

    private static readonly (int Major, int Minor, string Client, string Server)[] Versions =
    [
        (5, 0, "win2k", "win2k"),
        (5, 1, "winxp", "winxp"),
        (6, 0, "winvista", "win2k8"),
        (6, 1, "win7", "win2k8r2"),
        (6, 2, "win8", "win2k12"),
        (6, 3, "win8.1", "win2k12r2"),
    ];

    /// <summary>Servers with version 10.0 differ by their name only.</summary>
    private static readonly string[] YearsOfServer = ["2025", "2022", "2019"];

    /// <summary>The short name.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="variant">Its variant, such as <c>Server</c>.</param>
    /// <param name="major">First number of its version.</param>
    /// <param name="minor">Second number.</param>
    /// <param name="build">Its build id.</param>
    public static string IdOf(string product, string variant, int major, int minor, string build)
    {
        var isServer = variant.Contains(Server, StringComparison.Ordinal);
        return (major, minor) switch
        {
            (5, 2) => product.Contains("XP", StringComparison.Ordinal) ? "winxp" : product.Contains("R2", StringComparison.Ordinal) ? "win2k3r2" : "win2k3",
            (10, 0) when isServer =>
                Array.Find(YearsOfServer, year => product.Contains(year, StringComparison.Ordinal)) is { } found ? $"win2k{found[2..]}" : "win2k16",
            (10, 0) => int.TryParse(build, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= FirstBuildOfEleven ? "win11" : "win10",
            _ => Array.Find(Versions, version => version.Major == major && version.Minor == minor) is { Client: { } client } version
                ? isServer ? version.Server : client
                : Unknown,
        };
    }
}
