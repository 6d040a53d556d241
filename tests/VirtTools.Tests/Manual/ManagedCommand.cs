using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VirtTools.Tests.Manual;

/// <summary>Runs the commands of this build, which lie beside the tests.</summary>
internal static class ManagedCommand
{
    public static string RepositoryFolder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", ".."));

    /// <summary>What a command prints.</summary>
    public static string Output(string command, params string[] arguments) =>
        Run("dotnet", [Path.Combine(AppContext.BaseDirectory, command + ".dll"), .. arguments]).Output;

    /// <summary>A folder with programs of the commands' names, for PATH.</summary>
    public static string MakePrograms(string folder, IEnumerable<string> commands)
    {
        foreach (var command in commands)
        {
            var program = Path.Combine(folder, command);
            File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, command + ".dll")}' \"$@\"\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    /// <summary>Runs a program to its end.</summary>
    public static (string Output, string Error, int Status) Run(string program, IReadOnlyList<string> arguments, string? folder = null, string? programs = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        if (programs is not null)
        {
            start.Environment["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, error.Result, process.ExitCode);
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
