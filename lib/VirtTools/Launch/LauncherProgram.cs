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

    /// <summary>Starts QEMU behind it.</summary>
    /// <param name="lastDescriptor">The last of the descriptors that QEMU inherits.</param>
    /// <param name="confinement">Further options of the launcher.</param>
    /// <param name="arguments">QEMU and its arguments.</param>
    /// <param name="descriptors">What is inherited, the launcher's own included.</param>
    /// <param name="environment">QEMU's environment.</param>
    /// <exception cref="LaunchException">The launcher is not there.</exception>
    /// <exception cref="PosixException">It cannot be started.</exception>
    public static ChildProcess StartQemu(
        int lastDescriptor,
        IReadOnlyList<string> confinement,
        IReadOnlyList<string> arguments,
        IReadOnlyList<InheritedDescriptor> descriptors,
        IReadOnlyList<string> environment)
    {
        var words = Words();
        return ChildProcess.Start(
            words[0],
            [.. words, "--parent", $"{Environment.ProcessId}", "--descriptors", $"{lastDescriptor}", .. confinement, "--", .. arguments],
            new() { Descriptors = descriptors, Environment = environment, WorkingDirectory = "/", OwnProcessGroup = true });
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
