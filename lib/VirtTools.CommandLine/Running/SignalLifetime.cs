using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace VirtTools.CommandLine.Running;

/// <summary>
/// Ends the host on Ctrl-C and SIGTERM and remembers which it was. A job that does not end in time, say because it waits for a reader
/// of its output, is ended hard; the kernel then ends the appliance by its death signal.
/// </summary>
internal sealed partial class SignalLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    private readonly List<PosixSignalRegistration> _registrations = [];
    private Timer? _deadline;
    private volatile int _status;

    /// <summary>The exit status that the signal asks for; 0 if none came.</summary>
    public int Status => _status;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitStatus.Interrupted)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitStatus.Terminated)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _deadline?.Dispose();
    }

    private void Stop(PosixSignalContext context, int status)
    {
        context.Cancel = true;
        if (_status != 0)
        {
            EndHard(_status);
        }

        _status = status;
        _deadline = new Timer(_ => EndHard(status), null, s_grace, Timeout.InfiniteTimeSpan);
        application.StopApplication();
    }

    private static void EndHard(int status)
    {
        LastActs.Run();
        EndNow(status);
    }

    // Environment.Exit would wait for the very thread that hangs.
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void EndNow(int status);
}
