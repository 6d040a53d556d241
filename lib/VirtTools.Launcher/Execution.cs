using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Launcher;

internal static unsafe class Execution
{
    /// <summary>Becomes the program; returns only if that failed, with the error number. The environment goes along.</summary>
    public static int Become(IReadOnlyList<string> arguments)
    {
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < arguments.Count; i++)
        {
            var bytes = ByteString.GetTerminated(arguments[i]);
            vector[i] = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(vector[i], bytes.Length));
        }

        _ = Native.Execute(vector[0], vector);
        return Marshal.GetLastPInvokeError();
    }
}
