using System.Diagnostics;
using System.Text;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Commands;

/// <summary>What a finished command left behind.</summary>
internal sealed record Ending(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);
}

/// <summary>Runs the published native commands of artifacts/bin as a user would.</summary>
internal static class Published
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static string PathOf(string command) => Path.Combine(Clone.Folder, "artifacts", "bin", command);

    public static ProcessStartInfo Prepare(string command, string temporaryFolder, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(PathOf(command), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = temporaryFolder,
        };
        start.Environment["LIBGUESTFS_PATH"] = Guests.ApplianceFolder;
        start.Environment["TMPDIR"] = temporaryFolder;
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>The same, started by a shell's script as its words "$@".</summary>
    public static ProcessStartInfo InShell(ProcessStartInfo start, string script) => Through(start, "/bin/sh", "-c", script, "sh");

    /// <summary>The same in a mount namespace of its own, where a script may mount before it executes "$@".</summary>
    public static ProcessStartInfo InMountNamespace(ProcessStartInfo start, string script)
    {
        string[] asRoot = Environment.IsPrivilegedProcess ? [] : ["--user", "--map-root-user"];
        return Through(InShell(start, script), "unshare", [.. asRoot, "--mount"]);
    }

    private static ProcessStartInfo Through(ProcessStartInfo start, string program, params string[] words)
    {
        string[] all = [.. words, start.FileName, .. start.ArgumentList];
        start.FileName = program;
        start.ArgumentList.Clear();
        foreach (var word in all)
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }

    public static Ending Run(string command, string temporaryFolder, params IReadOnlyList<string> arguments) =>
        Finish(Prepare(command, temporaryFolder, arguments));

    public static Ending Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        return Finish(process);
    }

    public static Ending Finish(Process process)
    {
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end");
        }

        reading.Wait();
        return new Ending(process.ExitCode, output.ToArray(), error.Result);
    }

    /// <summary>Process numbers of the QEMUs that have the folder as TMPDIR, zombies left out.</summary>
    public static IReadOnlyList<int> QemusOf(string temporaryFolder) => ProcessesOf(temporaryFolder, "qemu");

    /// <summary>Process numbers of the programs of that name that have the folder as TMPDIR or work in it, zombies left out.</summary>
    public static IReadOnlyList<int> ProcessesOf(string temporaryFolder, string program)
    {
        var found = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var number))
            {
                continue;
            }

            try
            {
                if (File.ReadAllText($"{folder}/cmdline").Contains(program, StringComparison.Ordinal)
                    && !File.ReadAllText($"{folder}/stat").Contains(") Z ", StringComparison.Ordinal)
                    && IsBelow(number, temporaryFolder))
                {
                    found.Add(number);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    private static bool IsBelow(int number, string temporaryFolder) =>
        File.ReadAllText($"/proc/{number}/environ").Contains(temporaryFolder, StringComparison.Ordinal)
        || new FileInfo($"/proc/{number}/cwd").LinkTarget == temporaryFolder;
}

/// <summary>A folder that a test fills and that goes with it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("virttools-guest-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
