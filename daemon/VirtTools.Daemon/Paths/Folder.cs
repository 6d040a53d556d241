using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Paths;

/// <summary>The kind of a name in a folder, as getdents64(2) tells it without a stat.</summary>
internal enum EntryKind : byte
{
    Unknown = 0,
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    SymbolicLink = 10,
    Socket = 12,
}

/// <summary>A name in a folder.</summary>
internal readonly record struct FolderEntry(string Name, EntryKind Kind, ulong Inode);

/// <summary>Lists folders by getdents64(2): names as bytes, kinds without a stat for each.</summary>
internal static class Folder
{
    private const int BlockSize = 32 * 1024;

    /// <summary>The names in a folder, sorted by bytes, without <c>.</c> and <c>..</c>; empty where there is no such folder.</summary>
    public static string[] List(string path)
    {
        try
        {
            using var folder = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
            var names = new List<string>();
            foreach (var entry in Entries(folder))
            {
                names.Add(entry.Name);
            }

            names.Sort(StringComparer.Ordinal);
            return [.. names];
        }
        catch (PosixException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return [];
        }
    }

    /// <summary>The entries in the order of the file system, without <c>.</c> and <c>..</c>.</summary>
    /// <exception cref="PosixException">The file system failed.</exception>
    public static IEnumerable<FolderEntry> Entries(SafeFileHandle folder)
    {
        foreach (var entry in AllEntries(folder))
        {
            if (entry.Name is not ("." or ".."))
            {
                yield return entry;
            }
        }
    }

    /// <summary>The entries in the order of the file system, <c>.</c> and <c>..</c> included.</summary>
    /// <exception cref="PosixException">The file system failed.</exception>
    public static IEnumerable<FolderEntry> AllEntries(SafeFileHandle folder)
    {
        var block = new byte[BlockSize];
        while (Kernel.GetEntries(folder, block) is > 0 and var count)
        {
            for (var offset = 0; offset < count;)
            {
                yield return Parse(block.AsSpan(offset, count - offset), out var length);
                offset += length;
            }
        }
    }

    // struct linux_dirent64: inode, offset, record length, kind, name.
    private static FolderEntry Parse(ReadOnlySpan<byte> record, out int length)
    {
        const int NameOffset = 19;
        length = BinaryPrimitives.ReadUInt16LittleEndian(record[16..]);
        var name = record[NameOffset..length];
        return new(
            ByteString.GetString(name[..name.IndexOf((byte)0)]),
            (EntryKind)record[18],
            BinaryPrimitives.ReadUInt64LittleEndian(record));
    }
}
