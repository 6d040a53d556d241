using System.Runtime.InteropServices;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>Events of poll(2).</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    Readable = 0x01,
    Writable = 0x04,
    Error = 0x08,
    HungUp = 0x10,
    Invalid = 0x20,
}

/// <summary>One descriptor to watch. A negative number is skipped, so that an entry can be switched off in place.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry(int descriptor, PollEvents wanted)
{
    public int Descriptor = descriptor;
    public PollEvents Wanted = wanted;
    public PollEvents Happened;
}

/// <summary>poll(2).</summary>
internal static class Poll
{
    /// <summary>Waits until one of the entries is ready or the deadline (ticks of <see cref="Environment.TickCount64"/>) has passed.</summary>
    /// <returns>The number of ready entries; 0 after the deadline.</returns>
    public static int Wait(Span<PollEntry> entries, long? deadline)
    {
        while (true)
        {
            var milliseconds = deadline is { } ticks ? (int)Math.Clamp(ticks - Environment.TickCount64, 0, int.MaxValue) : -1;
            var ready = Libc.Poll(entries, (nuint)entries.Length, milliseconds);
            if (ready >= 0)
            {
                return ready;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                throw new PosixException(errno, "poll");
            }
        }
    }
}
