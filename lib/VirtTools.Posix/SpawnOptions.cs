using System.Runtime.InteropServices;

namespace VirtTools.Posix;

/// <summary>Which of our descriptors a child finds under which number. The child has no others.</summary>
internal readonly record struct InheritedDescriptor(SafeHandle Source, int Target);

/// <summary>How a child is started.</summary>
internal sealed record SpawnOptions
{
    /// <summary>Descriptors of the child. Without an entry its 0, 1 and 2 are /dev/null.</summary>
    public IReadOnlyList<InheritedDescriptor> Descriptors { get; init; } = [];

    /// <summary>The whole environment as NAME=value; null hands ours on.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>The folder in which it starts; null is ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether the child leads a process group of its own: then a Ctrl-C at the terminal does not reach it, and <see cref="ChildProcess.Kill"/> ends its children too.</summary>
    public bool OwnProcessGroup { get; init; }
}

/// <summary>How a process ended: with a status of its own, or by a signal.</summary>
/// <param name="ExitCode">The status given to exit(3), 0 to 255; null if a signal ended it.</param>
/// <param name="Signal">The signal that ended it; null if it exited.</param>
internal readonly record struct ExitStatus(int? ExitCode, int? Signal)
{
    /// <summary>Exited with status 0.</summary>
    public bool IsSuccess => ExitCode == 0;

    /// <summary>Ended by a signal that a process does not get for a fault of its own: by a person, a service manager or for want of memory.</summary>
    public bool IsFromOutside => Signal is Signals.Kill or Signals.Terminate or Signals.Interrupt or Signals.Hangup;

    /// <summary>Such as <c>exited with status 1</c> or <c>was killed by SIGKILL</c>.</summary>
    public override string ToString() => Signal is { } signal
        ? $"was killed by {SignalName(signal)}"
        : $"exited with status {ExitCode}";

    private static string SignalName(int signal) => signal switch
    {
        Signals.Hangup => "SIGHUP",
        Signals.Interrupt => "SIGINT",
        Signals.Abort => "SIGABRT",
        Signals.BusError => "SIGBUS",
        Signals.Kill => "SIGKILL",
        Signals.SegmentationFault => "SIGSEGV",
        Signals.BrokenPipe => "SIGPIPE",
        Signals.Terminate => "SIGTERM",
        Signals.BadSystemCall => "SIGSYS (a system call that the sandbox forbids)",
        _ => $"signal {signal}",
    };
}
