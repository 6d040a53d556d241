using System.Diagnostics;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Tests.Appliance;

/// <summary>A build that is stopped says so in a line, ends with the status of the signal, and leaves nothing.</summary>
public sealed class InterruptedBuildTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly ScratchFolder _scratch = new();

    /// <summary>Who gets the signal: a terminal and timeout(1) send it to the group, a service manager to each process.</summary>
    [Theory]
    [InlineData(Signals.Terminate, 143, "the group")]
    [InlineData(Signals.Interrupt, 130, "the group")]
    [InlineData(Signals.Terminate, 143, "the program that it runs, and then itself")]
    public async Task A_build_that_is_interrupted_says_so_and_leaves_nothing(int signal, int status, string receiver)
    {
        using var build = Start();
        var child = WaitForChild(build);

        if (receiver != "the group")
        {
            Libc.Kill(child, signal);
            Libc.Kill(build.Id, signal);
        }
        else
        {
            Libc.Kill(-build.Id, signal);
        }

        var output = build.StandardOutput.ReadToEndAsync();
        var error = await build.StandardError.ReadToEndAsync();
        Assert.True(build.WaitForExit(s_patience));

        Assert.Equal((status, "", "virt-appliance: interrupted\n"), (build.ExitCode, await output, error));
        Assert.False(Directory.Exists(_scratch["appliance"]));
        Assert.Empty(Directory.GetFileSystemEntries(_scratch["cache"], "build-*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.Path, "appliance.*"));
        Assert.Empty(ProcessesAtWork());
    }

    public void Dispose() => _scratch.Dispose();

    // An empty cache, so that the package lists come first, which takes a while.
    private Process Start()
    {
        Directory.CreateDirectory(_scratch["cache"]);
        var start = new ProcessStartInfo(
            "setsid",
            [
                "env", "--default-signal", Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "virt-appliance.dll"), "build",
                "--daemon", Environment.ProcessPath!, "-o", _scratch["appliance"],
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LIBGUESTFS_CACHEDIR"] = _scratch["cache"] },
        };
        return Process.Start(start)!;
    }

    /// <summary>The apt-get that reads the package lists.</summary>
    private int WaitForChild(Process build)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_patience && !build.HasExited; Thread.Sleep(5))
        {
            if (ProcessesAtWork().FirstOrDefault(number => number != build.Id) is not 0 and var child)
            {
                return child;
            }
        }

        throw new TimeoutException($"no program was started: {(build.HasExited ? build.StandardError.ReadToEnd() : "")}");
    }

    private List<int> ProcessesAtWork()
    {
        var found = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out var number)
                    && File.ReadAllText($"{folder}/cmdline").StartsWith("/usr/bin/apt-get\0", StringComparison.Ordinal)
                    && File.ReadAllText($"{folder}/environ").Contains(_scratch.Path, StringComparison.Ordinal))
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
}
