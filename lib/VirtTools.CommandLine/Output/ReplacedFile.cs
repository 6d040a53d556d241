using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Output;

/// <summary>A file that readers see whole or not at all: written beside its place, brought to the disk, then renamed.</summary>
internal static class ReplacedFile
{
    /// <summary>Writes the content; on failure the old file stays and nothing is left beside it.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="PosixException">The folder cannot be written, or the disk is full.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        // node_exporter reads *.prom: another ending keeps it from the half-written file.
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = OpenNew(beside))
        {
            try
            {
                Descriptors.WriteAll(file, content);
                Descriptors.Synchronize(file);
                Descriptors.Rename(beside, path);
            }
            catch (PosixException e)
            {
                Descriptors.Unlink(beside);
                throw new PosixException(e.Errno, path);
            }
        }
    }

    private static SafeFileHandle OpenNew(string path)
    {
        try
        {
            return Open();
        }
        catch (PosixException e) when (e.Errno == Errno.EEXIST)
        {
            // Left by a process with our number that was killed: in a container every start may have the same.
            Descriptors.Unlink(path);
            return Open();
        }

        SafeFileHandle Open() =>
            Descriptors.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, 0x1B6 /* 0666, less umask */);
    }
}
