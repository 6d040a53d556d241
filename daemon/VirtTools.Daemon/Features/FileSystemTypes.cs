using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;

namespace VirtTools.Daemon.Features;

/// <summary>Types of file systems that the running kernel can mount.</summary>
internal static class FileSystemTypes
{
    private const string Table = "/proc/filesystems";

    /// <summary>Whether the kernel knows the type now.</summary>
    public static bool IsKnown(string name)
    {
        foreach (var line in SmallFile.Read(Table).Split('\n'))
        {
            if (line.AsSpan(line.IndexOf('\t') + 1).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Asks modprobe for the module of a file system.</summary>
    /// <returns>Whether the kernel knows the type afterwards.</returns>
    public static bool LoadModule(string name) =>
        IsModuleName(name) && ProgramRunner.Find("modprobe") is not null
        && ProgramRunner.TryRun(["modprobe", "-q", "--", "fs-" + name]).IsSuccess && IsKnown(name);

    // A name from the library: modprobe must not take it for anything else.
    private static bool IsModuleName(string name) =>
        name.Length is > 0 and < 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
