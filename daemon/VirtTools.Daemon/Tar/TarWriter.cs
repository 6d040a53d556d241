using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Bulk;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Tar;

/// <summary>
/// Packs a folder as <c>tar -c -f - .</c> would, byte for byte, but lets the content of files go from their disk to the library without being copied by the guest.
/// Members follow each other in whole blocks, so that each one's content begins where a disk may put it.
/// </summary>
/// <param name="target">Where the archive goes; nobody else writes there.</param>
/// <param name="owners">Names of owners; null for numbers only.</param>
internal sealed class TarWriter(OutgoingFile target, TarOwners? owners, TarExcludes excludes)
{
    private readonly Dictionary<(DeviceNumber Device, ulong Inode), string> _links = [];
    private long _written;

    /// <summary>Packs everything in a folder.</summary>
    /// <exception cref="PosixException">Something cannot be read.</exception>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public void Pack(SafeFileHandle folder)
    {
        if (!excludes.Match("."))
        {
            WriteHeader(MemberKind.Directory, "./", "", Descriptors.Stat(folder), 0);
            PackBelow(folder, "./", 0);
        }

        // Two blocks of zeros are the end.
        var end = _written + (2 * TarFormat.BlockSize);
        WriteZeros((end + TarFormat.RecordSize - 1) / TarFormat.RecordSize * TarFormat.RecordSize - _written);
    }

    private void PackBelow(SafeFileHandle folder, string prefix, int level)
    {
        if (level > FolderWalk.DeepestLevel)
        {
            throw new PosixException(Errno.ENAMETOOLONG, prefix);
        }

        foreach (var entry in Folder.Entries(folder))
        {
            var name = prefix + entry.Name;
            if (!excludes.Match(name) && Kernel.TryStatus(folder, entry.Name) is { } status)
            {
                PackEntry(folder, entry.Name, name, status, level);
            }
        }
    }

    private void PackEntry(SafeFileHandle folder, string entry, string name, in FileStatus status, int level)
    {
        if (status.Kind == FileKind.Directory)
        {
            using var inner = FolderWalk.Open(folder, entry);
            WriteHeader(MemberKind.Directory, name + "/", "", status, 0);
            PackBelow(inner, name + "/", level + 1);
            return;
        }

        if (status.LinkCount > 1 && !_links.TryAdd((status.Device, status.Inode), name))
        {
            WriteHeader(MemberKind.HardLink, name, _links[(status.Device, status.Inode)], status, 0);
            return;
        }

        switch (status.Kind)
        {
            case FileKind.Regular:
                PackContent(folder, entry, name, status);
                break;
            case FileKind.SymbolicLink:
                WriteHeader(MemberKind.SymbolicLink, name, Kernel.ReadLink(folder, entry), status, 0);
                break;
            case FileKind.CharacterDevice:
                WriteHeader(MemberKind.CharacterDevice, name, "", status, 0);
                break;
            case FileKind.BlockDevice:
                WriteHeader(MemberKind.BlockDevice, name, "", status, 0);
                break;
            case FileKind.Fifo:
                WriteHeader(MemberKind.Fifo, name, "", status, 0);
                break;
        }
    }

    private void PackContent(SafeFileHandle folder, string entry, string name, in FileStatus status)
    {
        if (status.Size == 0)
        {
            WriteHeader(MemberKind.Regular, name, "", status, 0);
            return;
        }

        using var source = Descriptors.OpenAt(
            folder, entry, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        WriteHeader(MemberKind.Regular, name, "", status, status.Size);
        var file = new DirectFile(source);
        for (long offset = 0; offset < status.Size;)
        {
            var room = target.Room();
            var want = (int)Math.Min(room.Length, status.Size - offset);
            var blocks = room[..(int)Math.Min(room.Length, TarFormat.Blocks(want))];

            // A file that has shrunk is filled up: its size has been told. One that has grown is cut.
            var count = Math.Min(want, file.Read(blocks, offset));
            blocks[count..].Clear();
            Fill(blocks.Length);
            offset += want;
        }
    }

    private void WriteHeader(MemberKind kind, string name, string link, in FileStatus status, long size)
    {
        var (nameBytes, linkBytes) = (ByteString.GetBytes(name), ByteString.GetBytes(link));
        WriteLong(MemberKind.LongLink, linkBytes);
        WriteLong(MemberKind.LongName, nameBytes);
        TarHeader.Write(
            target.Room()[..TarFormat.BlockSize], kind, nameBytes, linkBytes, status, size, owners?.Of(status.UserId, status.GroupId) ?? TarOwner.None);
        Fill(TarFormat.BlockSize);
    }

    private void WriteLong(MemberKind kind, byte[] name)
    {
        if (name.Length <= TarFormat.NameSize)
        {
            return;
        }

        TarHeader.WriteLongName(target.Room()[..TarFormat.BlockSize], kind, name.Length, owners?.Of(0, 0) ?? TarOwner.None);
        Fill(TarFormat.BlockSize);
        for (var rest = name.AsSpan(); ; rest = rest[TarFormat.BlockSize..])
        {
            var block = target.Room()[..TarFormat.BlockSize];
            block.Clear();
            rest[..Math.Min(rest.Length, TarFormat.BlockSize)].CopyTo(block);
            Fill(TarFormat.BlockSize);

            // The zero behind it belongs to the name, and may need a block of its own.
            if (rest.Length < TarFormat.BlockSize)
            {
                return;
            }
        }
    }

    private void WriteZeros(long count)
    {
        while (count > 0)
        {
            var room = target.Room();
            var zeros = room[..(int)Math.Min(room.Length, count)];
            zeros.Clear();
            Fill(zeros.Length);
            count -= zeros.Length;
        }
    }

    private void Fill(int count)
    {
        target.Fill(count);
        _written += count;
    }
}
