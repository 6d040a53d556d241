using System.Buffers.Binary;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.HandOver;

/// <summary>
/// What a resumed machine must not have from its template: the time at which that was made, and the random numbers that every other resume of it
/// would draw too.
/// </summary>
internal static class Freshness
{
    // <linux/random.h>
    private const uint AddEntropy = 0x40085203; // RNDADDENTROPY
    private const uint ReseedGenerator = 0x5207; // RNDRESEEDCRNG

    /// <summary>Feeds the kernel's random number generator, and has it draw a new key at once.</summary>
    /// <exception cref="PosixException">The kernel refuses.</exception>
    public static void AddEntropyToKernel(ReadOnlySpan<byte> entropy)
    {
        // struct rand_pool_info: bits of entropy, bytes, then the bytes.
        var pool = new byte[8 + entropy.Length];
        BinaryPrimitives.WriteInt32LittleEndian(pool, entropy.Length * 8);
        BinaryPrimitives.WriteInt32LittleEndian(pool.AsSpan(4), entropy.Length);
        entropy.CopyTo(pool.AsSpan(8));
        using var device = Descriptors.Open("/dev/urandom", OpenFlags.ReadOnly);
        Kernel.Control(device, AddEntropy, pool.AsSpan(), "/dev/urandom");
        Kernel.Control(device, ReseedGenerator, 0, "/dev/urandom");
        pool.AsSpan().Clear();
    }

    /// <summary>Sets the clock.</summary>
    /// <exception cref="PosixException">The kernel refuses, such as for a time before 1970.</exception>
    public static void SetClock(long seconds, int nanoseconds) => Kernel.SetClock(seconds, nanoseconds);
}
