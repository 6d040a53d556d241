using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Boot;

/// <summary>Lines for whoever reads the appliance's console. System.Console costs milliseconds to start and is not used.</summary>
internal static class ConsoleLine
{
    private static readonly SafeFileHandle Error = new(2, ownsHandle: false);

    /// <summary>Writes one line; a console that is gone is no error.</summary>
    public static void Write(string text)
    {
        try
        {
            Descriptors.WriteAll(Error, ByteString.GetBytes($"virttoolsd: {text}\n"));
        }
        catch (PosixException)
        {
            return;
        }
    }
}
