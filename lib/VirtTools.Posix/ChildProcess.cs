using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>
/// A child started by posix_spawn(3), watched through a pidfd: its number cannot come to mean another process. Disposing kills and reaps it.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int SystemCallPidfdSendSignal = 424;
    private const int SystemCallPidfdOpen = 434;
    private const int WaitByPidfd = 3; // P_PIDFD
    private const int WaitExited = 4; // WEXITED
    private const int WaitNoHang = 1; // WNOHANG

    private readonly SafeFileHandle pidfd;
    private readonly bool ownsGroup;
    private readonly Lock reaping = new();
    private ExitStatus? exit;

    private ChildProcess(int processId, SafeFileHandle pidfd, bool ownsGroup)
    {
        ProcessId = processId;
        this.pidfd = pidfd;
        this.ownsGroup = ownsGroup;
    }

    /// <summary>The process number, in our namespace.</summary>
    public int ProcessId { get; }

    /// <summary>Becomes readable (poll(2)) when the process has ended.</summary>
    public SafeHandle ExitHandle => pidfd;

    /// <summary>How it ended; null while it runs.</summary>
    public ExitStatus? Exit
    {
        get
        {
            lock (reaping)
            {
                return exit ??= TryReap();
            }
        }
    }

    /// <summary>
    /// Starts <paramref name="program"/> (a path; PATH is not searched) with the argument vector <paramref name="arguments"/>, whose first
    /// element is the name that the program sees.
    /// </summary>
    /// <exception cref="PosixException">There is no such program, it cannot be run, or the kernel has no process or descriptor left.</exception>
    public static ChildProcess Start(string program, IReadOnlyList<string> arguments, SpawnOptions options) =>
        SpawnThread.Run(() =>
        {
            var processId = Spawner.Spawn(program, arguments, options);
            return new ChildProcess(processId, OpenPidfd(processId), options.OwnProcessGroup);
        });

    /// <summary>Waits until the process has ended or the deadline (ticks of <see cref="Environment.TickCount64"/>) has passed.</summary>
    /// <returns>How it ended; null after the deadline.</returns>
    public ExitStatus? WaitForExit(long? deadline = null)
    {
        while (true)
        {
            if (Exit is { } status)
            {
                return status;
            }

            using var use = new HandleUse(pidfd);
            if (Poll.Wait([new PollEntry(use.Number, PollEvents.Readable)], deadline) == 0)
            {
                return Exit;
            }
        }
    }

    /// <summary>Waits until the process has ended, on a thread of its own.</summary>
    public Task<ExitStatus> WaitForExitAsync(CancellationToken cancellationToken = default) =>
        DedicatedThread.Run("wait for a child", () => WaitForExit()!.Value).WaitAsync(cancellationToken);

    /// <summary>Sends a signal; does nothing once the process has been reaped.</summary>
    public void Kill(int signal = Signals.Kill)
    {
        lock (reaping)
        {
            if (exit is not null || pidfd.IsClosed)
            {
                return;
            }

            // The group's number is still taken: its leader is not reaped. A pidfd reaches the leader only.
            if (ownsGroup)
            {
                Libc.Kill(-ProcessId, signal);
            }

            using var use = new HandleUse(pidfd);
            Libc.SystemCall(SystemCallPidfdSendSignal, use.Number, signal, 0, 0);
        }
    }

    /// <summary>Kills the process if it still runs, and reaps it.</summary>
    public void Dispose()
    {
        if (pidfd.IsClosed)
        {
            return;
        }

        Kill();
        WaitForExit();
        pidfd.Dispose();
    }

    private static SafeFileHandle OpenPidfd(int processId)
    {
        var number = (int)Libc.SystemCall(SystemCallPidfdOpen, processId, 0, 0, 0);
        if (number >= 0)
        {
            return Descriptors.Owned(number);
        }

        var errno = Marshal.GetLastPInvokeError();
        Libc.Kill(processId, Signals.Kill);
        throw new PosixException(errno, "pidfd_open");
    }

    private unsafe ExitStatus? TryReap()
    {
        const int StatusOffset = 24; // si_status
        const int CodeOffset = 8; // si_code
        const int CodeExited = 1; // CLD_EXITED
        var information = stackalloc byte[Libc.SignalInformationSize];
        new Span<byte>(information, Libc.SignalInformationSize).Clear();
        using var use = new HandleUse(pidfd);
        while (Libc.WaitId(WaitByPidfd, use.Number, information, WaitExited | WaitNoHang) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                throw new PosixException(errno, "waitid");
            }
        }

        var code = *(int*)(information + CodeOffset);
        var status = *(int*)(information + StatusOffset);
        return code switch
        {
            0 => null,
            CodeExited => new ExitStatus(status, null),
            _ => new ExitStatus(null, status),
        };
    }
}
