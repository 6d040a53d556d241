using VirtTools.Posix;

namespace VirtTools.Daemon.Paths;

/// <summary>Files of /proc and /sys, which are small and say nothing of their size.</summary>
internal static class SmallFile
{
    private const int Largest = 1024 * 1024;

    /// <summary>The content, at most 1 MiB of it.</summary>
    /// <exception cref="PosixException">The file cannot be read.</exception>
    public static string Read(string path) => ByteString.GetString(ReadBytes(path));

    /// <summary>The content without the line end; null where there is no such file or it cannot be read.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            return Read(path).TrimEnd('\n');
        }
        catch (PosixException)
        {
            return null;
        }
    }

    /// <summary>The content as bytes, at most 1 MiB of it.</summary>
    /// <exception cref="PosixException">The file cannot be read.</exception>
    public static byte[] ReadBytes(string path)
    {
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
        var buffer = new byte[4096];
        var length = 0;
        while (length < Largest)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var count = Descriptors.Read(file, buffer.AsSpan(length)) ?? 0;
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return buffer.AsSpan(0, length).ToArray();
    }

    /// <summary>Writes to a file of /proc or /sys in one piece.</summary>
    /// <exception cref="PosixException">The kernel refuses.</exception>
    public static void Write(string path, string content)
    {
        using var file = Descriptors.Open(path, OpenFlags.WriteOnly);
        Descriptors.WriteAll(file, ByteString.GetBytes(content));
    }
}
