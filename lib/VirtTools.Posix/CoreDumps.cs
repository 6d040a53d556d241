using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>Core dumps of this process, which would hold its secrets.</summary>
internal static class CoreDumps
{
    private const int CoreSize = 4; // RLIMIT_CORE

    /// <summary>No core dump from now on, and none of children that are started later.</summary>
    public static void Forbid()
    {
        // A limit of one byte is too little for a file, and the kernel hands no core to a program either (core(5)); with 0 it still would.
        var limit = new Libc.ResourceLimit();
        if (Libc.GetLimit(CoreSize, ref limit) == 0)
        {
            limit.Current = Math.Min(1, limit.Maximum);
            Libc.SetLimit(CoreSize, in limit);
        }
    }
}
