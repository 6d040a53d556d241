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
        using (var file = Descriptors.Open(beside, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, 0x1B6 /* 0666, less umask */))
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
}
