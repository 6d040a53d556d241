using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Handle;

/// <summary>Lines for the process's standard error, without the cost of the Console class.</summary>
internal static class StandardError
{
    private static readonly SafeFileHandle s_handle = new(2, ownsHandle: false);

    /// <summary>Writes the line; a standard error that is closed or full loses it.</summary>
    public static void WriteLine(string line) => Write(ByteString.GetBytes(line + "\n"));

    public static void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Descriptors.WriteAll(s_handle, bytes);
        }
        catch (PosixException)
        {
            // There is nowhere left to tell it.
        }
    }
}
