using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Filesystems;

/// <summary>A subvolume of a btrfs.</summary>
/// <param name="Id">Id of its tree.</param>
/// <param name="Path">Path from the top of the file system, without a slash in front.</param>
/// <param name="ParentId">Id of the subvolume that holds it.</param>
internal sealed record BtrfsSubvolumeEntry(ulong Id, string Path, ulong ParentId);

/// <summary>Where a subvolume comes from.</summary>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Parent">UUID of the subvolume of which it is a snapshot; all zeros for none.</param>
internal readonly record struct SubvolumeOrigin(Guid Uuid, Guid Parent, bool IsReadOnly)
{
    /// <summary>Whether it was made as a snapshot.</summary>
    public bool IsSnapshot => Parent != Guid.Empty;

    /// <summary>
    /// The first known ancestor of each, which all snapshots of one subvolume have in common: a UUID, which may be that of a subvolume that is gone.
    /// </summary>
    public static Dictionary<Guid, Guid> Families(IReadOnlyCollection<SubvolumeOrigin> origins)
    {
        var byUuid = new Dictionary<Guid, SubvolumeOrigin>();
        foreach (var origin in origins)
        {
            byUuid.TryAdd(origin.Uuid, origin);
        }

        var families = new Dictionary<Guid, Guid>();
        foreach (var origin in byUuid.Values)
        {
            var line = new List<Guid>();
            var ancestor = origin;
            Guid family;
            while (!families.TryGetValue(ancestor.Uuid, out family))
            {
                // A damaged file system may have loops: who is met again is the first.
                line.Add(ancestor.Uuid);
                families[ancestor.Uuid] = ancestor.Uuid;
                family = ancestor.IsSnapshot ? ancestor.Parent : ancestor.Uuid;
                if (!ancestor.IsSnapshot || !byUuid.TryGetValue(ancestor.Parent, out ancestor))
                {
                    break;
                }
            }

            line.ForEach(member => families[member] = family);
        }

        return families;
    }
}

/// <summary>
/// Reads which subvolumes a mounted btrfs has, by ioctl(2): the btrfs program would have to be started for each file system.
/// Numbers are those of linux/btrfs.h and linux/btrfs_tree.h.
/// </summary>
internal static class BtrfsSubvolumes
{
    /// <summary>The tree at the top of every file system.</summary>
    public const ulong TopId = 5;

    private const uint TreeSearch = 0xD000_9411; // BTRFS_IOC_TREE_SEARCH
    private const uint InodeLookup = 0xD000_9412; // BTRFS_IOC_INO_LOOKUP
    private const int ArgumentSize = 4096;
    private const int KeySize = 104; // struct btrfs_ioctl_search_key
    private const int ItemHeaderSize = 32; // struct btrfs_ioctl_search_header
    private const ulong RootTree = 1;
    private const ulong RootTreeFolder = 6;
    private const uint DirectoryItem = 84;
    private const uint RootItem = 132;
    private const uint RootReference = 156;
    private const int MostSubvolumes = 100_000;

    /// <summary>All subvolumes but the top, by id.</summary>
    /// <param name="folder">Any folder of the file system.</param>
    /// <exception cref="PosixException">Not btrfs, or damaged.</exception>
    public static List<BtrfsSubvolumeEntry> List(SafeFileHandle folder)
    {
        var references = new SortedDictionary<ulong, (ulong Parent, ulong Folder, string Name)>();
        foreach (var item in Search(folder, 0, ulong.MaxValue, RootReference))
        {
            // struct btrfs_root_ref: folder, sequence, length of the name, name.
            const int NameOffset = 18;
            var data = item.Data;
            if (data.Length < NameOffset || BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(16)) is var length && NameOffset + length > data.Length)
            {
                continue;
            }

            var name = ByteString.GetString(data.AsSpan(NameOffset, length));
            references[item.Offset] = (item.ObjectId, BinaryPrimitives.ReadUInt64LittleEndian(data), name);
            if (references.Count > MostSubvolumes)
            {
                throw new PosixException(Errno.EOVERFLOW, "more subvolumes than can be listed");
            }
        }

        var found = new List<BtrfsSubvolumeEntry>();
        foreach (var (id, reference) in references)
        {
            if (PathOf(folder, id, references) is { } path)
            {
                found.Add(new(id, path, reference.Parent));
            }
        }

        return found;
    }

    /// <summary>Id of the subvolume that is mounted when none is named.</summary>
    /// <exception cref="PosixException">Not btrfs, or damaged.</exception>
    public static ulong DefaultId(SafeFileHandle folder)
    {
        foreach (var item in Search(folder, RootTreeFolder, RootTreeFolder, DirectoryItem))
        {
            // struct btrfs_dir_item: key of what it names (first its tree), transaction, lengths, kind, name.
            const int NameOffset = 30;
            if (item.Data.Length > NameOffset && item.Data.AsSpan(NameOffset).StartsWith("default"u8))
            {
                return BinaryPrimitives.ReadUInt64LittleEndian(item.Data);
            }
        }

        return TopId;
    }

    /// <summary>Where each subvolume comes from, by id.</summary>
    /// <exception cref="PosixException">Not btrfs, or damaged.</exception>
    public static Dictionary<ulong, SubvolumeOrigin> Origins(SafeFileHandle folder)
    {
        // struct btrfs_root_item: the flags lie at 208, the UUID at 247, that of the subvolume from which this was made at 263.
        const int FlagsOffset = 208;
        const int UuidOffset = 247;
        const int ParentOffset = 263;
        const int UuidSize = 16;
        const ulong ReadOnly = 1;
        var origins = new Dictionary<ulong, SubvolumeOrigin>();
        foreach (var item in Search(folder, 0, ulong.MaxValue, RootItem))
        {
            if (item.Data.Length >= ParentOffset + UuidSize && origins.Count < MostSubvolumes)
            {
                origins[item.ObjectId] = new(
                    new Guid(item.Data.AsSpan(UuidOffset, UuidSize)),
                    new Guid(item.Data.AsSpan(ParentOffset, UuidSize)),
                    (BinaryPrimitives.ReadUInt64LittleEndian(item.Data.AsSpan(FlagsOffset)) & ReadOnly) != 0);
            }
        }

        return origins;
    }

    // A damaged file system may have loops of references: no path is longer than the list.
    private static string? PathOf(
        SafeFileHandle folder, ulong id, SortedDictionary<ulong, (ulong Parent, ulong Folder, string Name)> references)
    {
        var path = "";
        for (var depth = 0; depth <= references.Count; depth++)
        {
            if (id == TopId)
            {
                return path;
            }

            if (!references.TryGetValue(id, out var reference))
            {
                return null;
            }

            var part = FolderPath(folder, reference.Parent, reference.Folder) + reference.Name;
            path = path.Length == 0 ? part : $"{part}/{path}";
            id = reference.Parent;
        }

        return null;
    }

    // Ends with a slash, or is empty for the top of the subvolume.
    private static string FolderPath(SafeFileHandle folder, ulong subvolume, ulong inode)
    {
        const int NameOffset = 16;
        var argument = new byte[ArgumentSize];
        BinaryPrimitives.WriteUInt64LittleEndian(argument, subvolume);
        BinaryPrimitives.WriteUInt64LittleEndian(argument.AsSpan(8), inode);
        Kernel.Control(folder, InodeLookup, argument, "btrfs subvolume");
        var name = argument.AsSpan(NameOffset);
        return ByteString.GetString(name[..Math.Max(0, name.IndexOf((byte)0))]);
    }

    private readonly record struct Item(ulong ObjectId, ulong Offset, byte[] Data);

    private static IEnumerable<Item> Search(SafeFileHandle folder, ulong first, ulong last, uint kind)
    {
        var next = (ObjectId: first, Kind: kind, Offset: 0UL);
        while (true)
        {
            var argument = new byte[ArgumentSize];
            WriteKey(argument, next, last, kind);
            Kernel.Control(folder, TreeSearch, argument, "btrfs subvolumes");
            var count = BinaryPrimitives.ReadUInt32LittleEndian(argument.AsSpan(64));
            if (count == 0)
            {
                yield break;
            }

            var position = KeySize;
            for (var i = 0; i < count && position + ItemHeaderSize <= ArgumentSize; i++)
            {
                var objectId = BinaryPrimitives.ReadUInt64LittleEndian(argument.AsSpan(position + 8));
                var offset = BinaryPrimitives.ReadUInt64LittleEndian(argument.AsSpan(position + 16));
                var itemKind = BinaryPrimitives.ReadUInt32LittleEndian(argument.AsSpan(position + 24));
                var length = BinaryPrimitives.ReadUInt32LittleEndian(argument.AsSpan(position + 28));
                position += ItemHeaderSize;
                if (length > ArgumentSize - position)
                {
                    yield break;
                }

                if (itemKind == kind)
                {
                    yield return new(objectId, offset, argument.AsSpan(position, (int)length).ToArray());
                }

                position += (int)length;
                next = (objectId, itemKind, offset + 1);
                if (offset == ulong.MaxValue)
                {
                    next = (objectId + 1, kind, 0);
                }
            }

            if (next.ObjectId > last)
            {
                yield break;
            }
        }
    }

    private static void WriteKey(Span<byte> key, (ulong ObjectId, uint Kind, ulong Offset) from, ulong last, uint kind)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(key, RootTree);
        BinaryPrimitives.WriteUInt64LittleEndian(key[8..], from.ObjectId);
        BinaryPrimitives.WriteUInt64LittleEndian(key[16..], last);
        BinaryPrimitives.WriteUInt64LittleEndian(key[24..], from.Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(key[32..], ulong.MaxValue);
        BinaryPrimitives.WriteUInt64LittleEndian(key[40..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(key[48..], ulong.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(key[56..], from.Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(key[60..], kind);
        BinaryPrimitives.WriteUInt32LittleEndian(key[64..], 4096);
    }
}
