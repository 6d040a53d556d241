using System.Globalization;
using System.Reflection;

namespace VirtTools.Handle;

/// <summary>Version of this library.</summary>
internal static class OwnVersion
{
    /// <summary>As the <c>version</c> action gives it.</summary>
    public static VirtTools.LibraryVersion Current
    {
        get
        {
            var parts = Text.Split('-', 2)[0].Split('.');
            return new VirtTools.LibraryVersion(Part(parts, 0), Part(parts, 1), Part(parts, 2), Text.Contains('-') ? Text[Text.IndexOf('-')..] : "");
        }
    }

    /// <summary>As the packages have it.</summary>
    public static string Text { get; } =
        typeof(OwnVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    private static long Part(string[] parts, int index) =>
        index < parts.Length && long.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
