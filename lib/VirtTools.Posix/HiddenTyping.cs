using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>A terminal that does not show what is typed, until disposal.</summary>
internal sealed class HiddenTyping : IDisposable
{
    private const int SettingsSize = 60; // struct termios of glibc
    private const int LocalFlags = 12; // c_lflag, behind three other words
    private const uint Echo = 0x08; // ECHO
    private const int AfterOutput = 2; // TCSAFLUSH: what was typed before is thrown away

    private readonly SafeHandle _terminal;
    private readonly byte[] _before;
    private int _ended;

    private HiddenTyping(SafeHandle terminal, byte[] before)
    {
        _terminal = terminal;
        _before = before;
    }

    /// <summary>Turns the echo off.</summary>
    /// <returns>Null where the descriptor is no terminal.</returns>
    public static HiddenTyping? Begin(SafeHandle terminal)
    {
        var settings = new byte[SettingsSize];
        using var use = new HandleUse(terminal);
        if (Libc.GetTerminal(use.Number, settings) < 0)
        {
            return null;
        }

        var hidden = new HiddenTyping(terminal, [.. settings]);
        var flags = settings.AsSpan(LocalFlags, sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(flags, BinaryPrimitives.ReadUInt32LittleEndian(flags) & ~Echo);
        return Libc.SetTerminal(use.Number, AfterOutput, settings) < 0 ? null : hidden;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            using var use = new HandleUse(_terminal);
            Libc.SetTerminal(use.Number, AfterOutput, _before);
        }
    }
}
