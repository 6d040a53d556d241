using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>The few programs of the host that a build runs.</summary>
internal static class HostPrograms
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    // Who stops a whole unit sends each process the signal, and ours may learn of it after a child has ended by it.
    private static readonly TimeSpan SignalDelay = TimeSpan.FromSeconds(1);

    // sbin is missing from PATH under cron; a proxy is the caller's business, everything else of the environment is not.
    private static readonly string[] Proxies =
        ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    private static readonly (string Program, string Package)[] Needed =
        [("apt-get", "apt"), ("apt-config", "apt"), ("dpkg-deb", "dpkg")];

    /// <summary>Whether an appliance can be built here at all: a host with apt.</summary>
    public static bool CanBuild => Needed.All(entry => Find(entry.Program) is not null);

    /// <summary>Checks that everything a build needs is there, before it begins.</summary>
    /// <exception cref="ApplianceException">Something is missing.</exception>
    public static void Check()
    {
        foreach (var (program, package) in Needed)
        {
            if (Find(program) is null)
            {
                throw new ApplianceException($"building an appliance needs the program {program}, which is not on this host: install the package {package}");
            }
        }
    }

    /// <summary>Runs a program of the host to its end and returns its standard output.</summary>
    /// <exception cref="ApplianceException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string RunOnHost(
        string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string? workingFolder, CancellationToken cancellationToken) =>
        Run([Find(program) ?? program, .. arguments], program, environment, workingFolder, cancellationToken);

    /// <summary>
    /// Runs any program with a fixed environment, so that language, time zone and settings of the caller change nothing. It leads a process group of
    /// its own: a Ctrl-C at the terminal reaches us alone, and we end it with what it has started.
    /// </summary>
    /// <exception cref="ApplianceException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string Run(
        IReadOnlyList<string> argv, string name, IReadOnlyList<string> environment, string? workingFolder, CancellationToken cancellationToken)
    {
        CompletedProcess result;
        try
        {
            result = ChildProcess.Run(
                argv,
                new()
                {
                    Environment = [SearchPath, "LC_ALL=C", "TZ=UTC0", .. ProxyVariables(), .. environment],
                    WorkingDirectory = workingFolder,
                    Deadline = Deadline,
                    OwnProcessGroup = true,
                },
                cancellationToken);
        }
        catch (PosixException e)
        {
            throw new ApplianceException($"{name} cannot be started: {e.Message}", e);
        }

        if (result is { End: RunEnd.Finished, Exit.Signal: Signals.Interrupt or Signals.Terminate or Signals.Hangup })
        {
            cancellationToken.WaitHandle.WaitOne(SignalDelay);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return result.IsSuccess
            ? result.OutputText
            : throw new ApplianceException($"{name} {result.Ending}: {(result.ErrorText.Length > 0 ? result.ErrorText : result.OutputText.Trim())}");
    }

    private const string SearchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static string? Find(string program) => ProgramPath.Find(program, [SearchPath]);

    private static IEnumerable<string> ProxyVariables() =>
        from name in Proxies
        let value = Environment.GetEnvironmentVariable(name)
        where !string.IsNullOrEmpty(value)
        select $"{name}={value}";
}
