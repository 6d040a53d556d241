using System.Reflection;

namespace VirtTools.CommandLine.Running;

/// <summary>What <c>--version</c> prints.</summary>
internal static class Versions
{
    /// <summary>Version of this library and of the commands.</summary>
    public static string Library { get; } =
        typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The command's version on a line of its own, as the original prints it, then the parts that it works with.</summary>
    public static string Describe(string program) => $"{program} {Library}\nlibrary: VirtTools {Library}\n";
}
