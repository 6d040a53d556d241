using VirtTools.Posix;

namespace VirtTools.Launcher;

/// <summary>The argument vector without loss: .NET replaces bytes that are not UTF-8.</summary>
internal static class CommandLineBytes
{
    /// <summary>The last <paramref name="count"/> arguments of this process (before them come our own name and perhaps dotnet's).</summary>
    /// <exception cref="PosixException">There is no /proc.</exception>
    public static string[] Read(int count)
    {
        using var file = Descriptors.Open("/proc/self/cmdline", OpenFlags.ReadOnly);
        using var content = new MemoryStream();
        var block = new byte[16 * 1024];
        while (Descriptors.Read(file, block) is > 0 and var length)
        {
            content.Write(block, 0, length);
        }

        // Every argument ends with a zero byte, so the split leaves an empty string behind the last.
        var all = ByteString.GetString(content.GetBuffer().AsSpan(0, (int)content.Length)).Split('\0');
        return all[(all.Length - 1 - count)..^1];
    }
}
