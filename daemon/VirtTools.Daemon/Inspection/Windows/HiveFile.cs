using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>A hive of a mounted guest, open for reading. Its logs, where it has any, lie beside it.</summary>
internal sealed class HiveFile : IDisposable
{
    private static readonly string[] LogEndings = [".LOG1", ".LOG2"];

    private readonly List<SafeFileHandle> _opened;

    private HiveFile(RegistryHive hive, List<SafeFileHandle> opened)
    {
        Hive = hive;
        _opened = opened;
    }

    /// <summary>What is in it.</summary>
    public RegistryHive Hive { get; }

    /// <summary>Opens it; null where there is no such file, or it is no hive.</summary>
    /// <param name="files">The guest's files.</param>
    /// <param name="paths">Finds the logs, whose ending may be spelled in lower case.</param>
    /// <param name="path">The hive.</param>
    public static HiveFile? Open(GuestFiles files, WindowsPaths paths, string? path)
    {
        if (path is null || files.OpenFile(path) is not { } file)
        {
            return null;
        }

        List<SafeFileHandle> opened = [file];
        var logs = new List<HiveLog>();
        foreach (var ending in LogEndings)
        {
            if (paths.Find(path + ending) is { } found && files.OpenFile(found) is { } log)
            {
                opened.Add(log);
                logs.Add(new(Reading(log), Descriptors.SizeOf(log)));
            }
        }

        if (RegistryHive.Open(Reading(file), Descriptors.SizeOf(file), [.. logs]) is { } hive)
        {
            return new(hive, opened);
        }

        opened.ForEach(each => each.Dispose());
        return null;
    }

    public void Dispose() => _opened.ForEach(each => each.Dispose());

    // A sector that cannot be read is one of zeros: it costs what it would have held.
    private static HiveRead Reading(SafeFileHandle file) => (buffer, offset) =>
    {
        try
        {
            return Descriptors.ReadAt(file, buffer, offset);
        }
        catch (PosixException)
        {
            return 0;
        }
    };
}
