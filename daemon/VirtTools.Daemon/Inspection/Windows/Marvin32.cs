using System.Buffers.Binary;
using System.Numerics;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>The hash by which an entry of a hive's log shows that it was written completely. It proves nothing about who wrote it.</summary>
internal static class Marvin32
{
    /// <summary>The seed of the registry's logs.</summary>
    public const ulong RegistrySeed = 0x82EF_4D88_7A4E_55C5;

    private const uint EndMark = 0x80;

    /// <summary>The hash of some bytes.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes, ulong seed = RegistrySeed)
    {
        var low = (uint)seed;
        var high = (uint)(seed >> 32);
        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..])
        {
            low += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            Mix(ref low, ref high);
        }

        var last = EndMark;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            last = (last << 8) | bytes[i];
        }

        low += last;
        Mix(ref low, ref high);
        Mix(ref low, ref high);
        return ((ulong)high << 32) | low;
    }

    private static void Mix(ref uint low, ref uint high)
    {
        high ^= low;
        low = BitOperations.RotateLeft(low, 20) + high;
        high = BitOperations.RotateLeft(high, 9) ^ low;
        low = BitOperations.RotateLeft(low, 27) + high;
        high = BitOperations.RotateLeft(high, 19);
    }
}
