using System.Runtime.CompilerServices;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>Signal numbers of Linux.</summary>
internal static class Signals
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Abort = 6;
    public const int BusError = 7;
    public const int Kill = 9;
    public const int SegmentationFault = 11;
    public const int BrokenPipe = 13;
    public const int Terminate = 15;
    public const int Child = 17;
    public const int BadSystemCall = 31;

    /// <summary>SIG_IGN, in place of a handler.</summary>
    public const nint Ignored = 1;

    /// <summary>
    /// Makes a write to a pipe that nobody reads fail with EPIPE instead of ending the process. The .NET runtime does it only once a socket, a console
    /// or a process of its own is used. Children start with the default again.
    /// </summary>
    public static void IgnoreBrokenPipe()
    {
        Libc.Signal(BrokenPipe, Ignored);
    }

    /// <summary>
    /// Until disposal Ctrl-C is somebody else's, as that of an editor in the same terminal; system(3) does the same while its program runs.
    /// The kernel drops the signal: the .NET runtime hands over what it caught a while later, when the editor may already have ended.
    /// </summary>
    public static unsafe IDisposable IgnoreInterrupt()
    {
        var ignore = new byte[Libc.SignalActionSize];
        var before = new byte[Libc.SignalActionSize];
        Unsafe.WriteUnaligned(ref ignore[0], Ignored);
        fixed (byte* action = ignore, old = before)
        {
            Libc.SignalAction(Interrupt, action, old);
        }

        return new Restored(Interrupt, before);
    }

    private sealed class Restored(int signal, byte[] before) : IDisposable
    {
        public unsafe void Dispose()
        {
            fixed (byte* action = before)
            {
                Libc.SignalAction(signal, action, null);
            }
        }
    }
}
