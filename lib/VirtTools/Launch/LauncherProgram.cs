using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>virttools-launch beside this application: the native program, or the managed one through the host's dotnet (slower by 60 ms).</summary>
internal static class LauncherProgram
{
    private const string Name = "virttools-launch";

    /// <summary>The words that start it.</summary>
    /// <exception cref="LaunchException">It is not there.</exception>
    public static IReadOnlyList<string> Words()
    {
        var native = AppContext.BaseDirectory + Name;
        if (Descriptors.IsProgram(native))
        {
            return [native];
        }

        var managed = native + ".dll";
        return Descriptors.TryStat(managed) is not null && DotnetHost() is { } host
            ? [host, managed]
            : throw new LaunchException($"{native} is missing; it belongs to this program, so install the program again");
    }

    private static string? DotnetHost()
    {
        if (Path.GetFileName(Environment.ProcessPath) == "dotnet")
        {
            return Environment.ProcessPath;
        }

        // shared/Microsoft.NETCore.App/VERSION/ is three levels below the host.
        var beside = Path.GetFullPath(RuntimeEnvironment.GetRuntimeDirectory() + "../../../dotnet");
        return Descriptors.IsProgram(beside) ? beside : ProgramPath.Find("dotnet");
    }
}
