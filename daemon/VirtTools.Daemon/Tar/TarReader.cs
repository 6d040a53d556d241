using System.Buffers.Binary;
using System.Globalization;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Tar;

/// <summary>
/// Reads the headers of an archive: ustar, GNU's long names and binary numbers, and extended records (POSIX.1-2001). What it does not know it leaves to GNU tar.
/// </summary>
internal sealed class TarReader
{
    // Longer names and records than anybody needs would be kept in memory.
    private const int MostRecords = 1024 * 1024;
    private const uint PermissionMask = 0xFFF; // 07777

    private static readonly string[] Used = ["path", "linkpath", "size", "uid", "gid", "mtime"];

    private readonly Dictionary<string, string> _global = [];
    private readonly List<byte> _globalBlocks = [];
    private readonly List<byte> _memberBlocks = [];
    private bool _isForeign;

    /// <summary>The headers that the last member was read from, and those for all members in front of them: what GNU tar needs to go on from there.</summary>
    public ReadOnlySpan<byte> Headers => (byte[])[.. _globalBlocks, .. _memberBlocks];

    /// <summary>The next member; null at the end.</summary>
    /// <param name="isForeign">Its kind is not known here, and neither are its content and what follows it.</param>
    /// <exception cref="DaemonException">EINVAL: this is no archive, or it is damaged.</exception>
    public TarMember? Next(ref ArchiveInput input, out bool isForeign)
    {
        _memberBlocks.Clear();
        _isForeign = false;
        var records = new Dictionary<string, string>();
        string? longName = null;
        string? longLink = null;
        Span<byte> block = stackalloc byte[TarFormat.BlockSize];
        while (input.TryReadBlock(block) && block.ContainsAnyExcept((byte)0))
        {
            RequireChecksum(block);
            Keep(_memberBlocks, block);
            switch ((MemberKind)block[TarFormat.KindField])
            {
                case MemberKind.LongName:
                    longName = TarFields.Text(ReadRecords(ref input, block));
                    break;
                case MemberKind.LongLink:
                    longLink = TarFields.Text(ReadRecords(ref input, block));
                    break;
                case MemberKind.Extended:
                    Parse(ReadRecords(ref input, block), records);
                    break;
                case MemberKind.Global:
                    Parse(ReadRecords(ref input, block), _global);
                    Keep(_globalBlocks, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_memberBlocks));
                    _memberBlocks.Clear();
                    break;
                default:
                    var member = MemberOf(block, longName, longLink, records);
                    isForeign = _isForeign;
                    return member;
            }
        }

        isForeign = false;
        return null;
    }

    private TarMember MemberOf(ReadOnlySpan<byte> block, string? longName, string? longLink, Dictionary<string, string> records)
    {
        var kind = (MemberKind)block[TarFormat.KindField];
        var name = Record("path") ?? longName ?? NameOf(block);
        _isForeign |= kind is not (MemberKind.OldRegular or (>= MemberKind.Regular and <= MemberKind.Contiguous));
        return new(
            kind == MemberKind.OldRegular && name.EndsWith('/') ? MemberKind.Directory : kind,
            name,
            Record("linkpath") ?? longLink ?? TarFields.Text(block.Slice(TarFormat.LinkField, TarFormat.NameSize)),
            (uint)Small(TarFormat.ModeField, block) & PermissionMask,
            Record("uid") is { } user ? (uint)TarFields.Decimal(user, uint.MaxValue) : (uint)Small(TarFormat.UserField, block),
            Record("gid") is { } group ? (uint)TarFields.Decimal(group, uint.MaxValue) : (uint)Small(TarFormat.GroupField, block),
            SizeOf(block, Record("size")),
            Record("mtime") is { } time ? TarFields.Time(time) : new(TarFields.Number(block.Slice(TarFormat.TimeField, TarFormat.LargeNumberSize)), 0),
            kind is MemberKind.CharacterDevice or MemberKind.BlockDevice
                ? new((uint)Small(TarFormat.MajorField, block), (uint)Small(TarFormat.MinorField, block))
                : default);

        string? Record(string key) => records.TryGetValue(key, out var value) || _global.TryGetValue(key, out value) ? value : null;
    }

    private static long Small(int field, ReadOnlySpan<byte> block) => TarFields.Number(block.Slice(field, TarFormat.SmallNumberSize));

    private static long SizeOf(ReadOnlySpan<byte> block, string? record)
    {
        var size = record is null
            ? TarFields.Number(block.Slice(TarFormat.SizeField, TarFormat.LargeNumberSize))
            : TarFields.Decimal(record, long.MaxValue - TarFormat.BlockSize);
        return size is >= 0 and <= long.MaxValue - TarFormat.BlockSize ? size : throw TarFields.Malformed("a size");
    }

    private static string NameOf(ReadOnlySpan<byte> block)
    {
        var name = TarFields.Text(block.Slice(TarFormat.NameField, TarFormat.NameSize));
        if (!block[TarFormat.MagicField..].StartsWith(TarFormat.PosixMagic[..6]))
        {
            return name;
        }

        var prefix = TarFields.Text(block.Slice(TarFormat.PrefixField, TarFormat.PrefixSize));
        return prefix.Length == 0 ? name : prefix + "/" + name;
    }

    private static void RequireChecksum(ReadOnlySpan<byte> block)
    {
        var said = TarFields.Number(block.Slice(TarFormat.ChecksumField, TarFormat.SmallNumberSize));
        var sum = TarFormat.Checksum(block);
        if (said != sum && said != sum + SignedExcess(block))
        {
            throw TarFields.Malformed("a header");
        }
    }

    // Old programs added the bytes up as signed ones.
    private static long SignedExcess(ReadOnlySpan<byte> block)
    {
        var excess = 0L;
        foreach (var value in block)
        {
            excess += value > 127 ? -256 : 0;
        }

        return excess;
    }

    // Records, or a long name: the content of a member that describes another one.
    private byte[] ReadRecords(ref ArchiveInput input, scoped ReadOnlySpan<byte> header)
    {
        var size = SizeOf(header, null);
        if (size > MostRecords)
        {
            throw TarFields.Malformed("a name or record that is too long");
        }

        var blocks = new byte[TarFormat.Blocks(size)];
        if (blocks.Length > 0 && !input.TryReadBlock(blocks))
        {
            throw ArchiveInput.EndsTooEarly();
        }

        Keep(_memberBlocks, blocks);
        return blocks[..(int)size];
    }

    private static void Keep(List<byte> blocks, ReadOnlySpan<byte> more)
    {
        if (blocks.Count + more.Length > 2 * MostRecords)
        {
            throw TarFields.Malformed("a description of a member that is too long");
        }

        blocks.AddRange(more);
    }

    // Each record is its own length in decimal, a space, key=value and a line feed (POSIX.1-2001, pax Extended Header).
    private void Parse(ReadOnlySpan<byte> text, Dictionary<string, string> records)
    {
        while (!text.IsEmpty)
        {
            var space = text.IndexOf((byte)' ');
            if (space is < 1 or > 7 || !int.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > text.Length || text[length - 1] != (byte)'\n')
            {
                throw TarFields.Malformed("an extended record");
            }

            var record = text[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            var key = equals > 0 ? ByteString.GetString(record[..equals]) : throw TarFields.Malformed("an extended record");
            var value = record[(equals + 1)..];
            _isForeign |= key.StartsWith("GNU.sparse.", StringComparison.Ordinal);
            if (Used.Contains(key))
            {
                if (value.IsEmpty)
                {
                    records.Remove(key);
                }
                else
                {
                    records[key] = value.Contains((byte)0) ? throw TarFields.Malformed("an extended record") : ByteString.GetString(value);
                }
            }

            text = text[length..];
        }
    }
}
