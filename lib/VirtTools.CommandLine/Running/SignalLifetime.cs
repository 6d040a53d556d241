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
    private int _interruptsIgnored;
    private volatile int _status;

    /// <summary>The exit status that the signal asks for; 0 if none came.</summary>
    public int Status => _status;

    /// <summary>
    /// Until disposal Ctrl-C is somebody else's, as that of an editor in the same terminal; system(3) does the same while its program runs.
    /// </summary>
    public IDisposable IgnoreInterrupts() => new Ignored(this);

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
        if (status == ExitStatus.Interrupted && Volatile.Read(ref _interruptsIgnored) > 0)
        {
            return;
        }

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

    private sealed class Ignored : IDisposable
    {
        private SignalLifetime? _lifetime;

        public Ignored(SignalLifetime lifetime)
        {
            _lifetime = lifetime;
            Interlocked.Increment(ref lifetime._interruptsIgnored);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _lifetime, null) is { } lifetime)
            {
                Interlocked.Decrement(ref lifetime._interruptsIgnored);
            }
        }
    }
}
