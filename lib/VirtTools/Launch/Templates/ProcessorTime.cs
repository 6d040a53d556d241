using System.Globalization;
using VirtTools.Posix;

namespace VirtTools.Launch.Templates;

/// <summary>How much a process has computed.</summary>
internal static class ProcessorTime
{
    /// <summary>User and system time in clock ticks (proc(5), /proc/PID/stat); 0 where the process is gone.</summary>
    public static long Of(int processId)
    {
        try
        {
            using var file = Descriptors.Open($"/proc/{processId}/stat", OpenFlags.ReadOnly);
            var bytes = new byte[4096];
            var text = ByteString.GetString(bytes.AsSpan(0, Descriptors.ReadAt(file, bytes, 0)));

            // The name may hold spaces and parentheses; behind the last one come the fields from the third on.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (PosixException)
        {
            return 0;
        }
    }
}
