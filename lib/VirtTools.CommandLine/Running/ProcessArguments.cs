using VirtTools.Posix;

namespace VirtTools.CommandLine.Running;

/// <summary>
/// The arguments of this process as bytes. .NET turns bytes that are not UTF-8 into U+FFFD, and then no file of that name is found.
/// </summary>
internal static class ProcessArguments
{
    private const char Replacement = '\uFFFD';

    /// <summary>The arguments without loss.</summary>
    /// <param name="decoded">The arguments as .NET gives them.</param>
    public static IReadOnlyList<string> Lossless(string[] decoded) =>
        Array.Exists(decoded, word => word.Contains(Replacement)) ? FromCommandLine(ReadCommandLine(), decoded) : decoded;

    /// <summary>The last words of /proc/self/cmdline: before them stand the program and, where one is needed, the runtime.</summary>
    /// <param name="commandLine">Words, each ended by a zero byte.</param>
    /// <param name="decoded">The arguments as .NET gives them; they are returned where the two do not agree.</param>
    internal static IReadOnlyList<string> FromCommandLine(ReadOnlySpan<byte> commandLine, string[] decoded)
    {
        var words = ByteString.GetString(commandLine).Split('\0');
        var count = words.Length - 1;
        return count > decoded.Length ? words[(count - decoded.Length)..count] : decoded;
    }

    private static byte[] ReadCommandLine()
    {
        try
        {
            using var file = Descriptors.Open("/proc/self/cmdline", OpenFlags.ReadOnly);
            using var content = new MemoryStream();
            var block = new byte[4096];
            while (Descriptors.Read(file, block) is > 0 and var count)
            {
                content.Write(block, 0, count);
            }

            return content.ToArray();
        }
        catch (PosixException)
        {
            // No /proc: names that are no UTF-8 will not be found, all others will.
            return [];
        }
    }
}
