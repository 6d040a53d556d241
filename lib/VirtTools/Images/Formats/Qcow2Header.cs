using System.Buffers.Binary;
using System.Numerics;
using VirtTools.Posix;

namespace VirtTools.Images.Formats;

/// <summary>qcow2, versions 2 and 3 (QEMU, docs/interop/qcow2): header, header extensions, and whether the tables lie inside the file.</summary>
internal static class Qcow2Header
{
    public const uint Magic = 0x514649FB; // "QFI\xfb"
    public const int Version2Length = 72;
    public const int Version3Length = 104;
    private const int MinClusterBits = 9;
    private const int MaxClusterBits = 21; // QEMU's limit: 2 MiB
    private const int MinClusterBitsOfExtendedL2 = 14;
    private const int MaxBackingName = 1023;
    private const int MaxBackingFormat = 15;
    private const int MaxDataFileName = 1023;
    private const int MaxL1Bytes = 32 * 1024 * 1024; // QEMU's limit
    private const int MaxRefcountTableBytes = 8 * 1024 * 1024; // QEMU's limit
    private const int MaxRefcountOrder = 6;
    private const uint ExtensionEnd = 0;
    public const uint ExtensionBackingFormat = 0xE2792ACA;
    private const uint ExtensionDataFile = 0x44415441;

    [Flags]
    private enum Incompatible : ulong
    {
        Dirty = 1,
        Corrupt = 2,
        DataFile = 4,
        CompressionType = 8,
        ExtendedL2 = 16,
        Known = Dirty | Corrupt | DataFile | CompressionType | ExtendedL2,
    }

    public static bool Matches(HeaderReader reader) =>
        reader.Start.Length >= 8 && reader.Start.Big32(0) == Magic && reader.Start.Big32(4) >= 2;

    public static ImageHeader Parse(HeaderReader reader)
    {
        var header = reader.Header(Version2Length);
        var version = header.Big32(4);
        if (version > 3)
        {
            throw reader.Unsupported($"a qcow2 image of version {version}, of which only 2 and 3 are known; convert it with the program that made it");
        }

        var features = version == 3 ? FeaturesOf(reader) : 0;
        var tables = TablesOf(reader, version, features);
        RequireNoEncryption(reader, header.Big32(32));

        var size = header.Big64(24).AsSize(reader, "virtual size");
        var clustersNeeded = (size >> tables.ClusterBits) + ((size & (tables.ClusterSize - 1)) == 0 ? 0 : 1);
        if ((clustersNeeded + tables.EntriesPerL2 - 1) / tables.EntriesPerL2 > tables.L1Entries)
        {
            throw reader.Damaged($"its L1 table of {tables.L1Entries} entries is too small for a disk of {size} bytes");
        }

        var named = NamedFileOf(reader, version, features, tables.ClusterSize);
        Qcow2Tables.RequireInsideFile(reader, tables, dataIsElsewhere: features.HasFlag(Incompatible.DataFile));
        return new() { VirtualSize = size.WholeSectors(), NamedFile = named, MarkedCorrupt = features.HasFlag(Incompatible.Corrupt) };
    }

    private static Incompatible FeaturesOf(HeaderReader reader)
    {
        var features = (Incompatible)reader.Header(Version3Length).Big64(72);
        var unknown = (ulong)(features & ~Incompatible.Known);
        return unknown == 0
            ? features
            : throw reader.Unsupported($"a qcow2 image with the incompatible feature bit {BitOperations.TrailingZeroCount(unknown)}, which is not known here; convert it with the program that made it");
    }

    private static Qcow2Tables TablesOf(HeaderReader reader, uint version, Incompatible features)
    {
        var header = reader.Header(version == 3 ? Version3Length : Version2Length);
        var clusterBits = header.Big32(20);
        var minimum = features.HasFlag(Incompatible.ExtendedL2) ? MinClusterBitsOfExtendedL2 : MinClusterBits;
        if (clusterBits < minimum || clusterBits > MaxClusterBits)
        {
            throw reader.Damaged($"clusters of 2^{clusterBits} bytes, which is not between 2^{minimum} and 2^{MaxClusterBits}");
        }

        var refcountOrder = version == 3 ? header.Big32(96) : 4;
        if (refcountOrder > MaxRefcountOrder)
        {
            throw reader.Damaged($"its reference counts are 2^{refcountOrder} bits wide");
        }

        var tables = new Qcow2Tables
        {
            ClusterBits = (int)clusterBits,
            L2EntrySize = features.HasFlag(Incompatible.ExtendedL2) ? 16 : 8,
            RefcountOrder = (int)refcountOrder,
            L1Offset = header.Big64(40).AsSize(reader, "L1 table offset"),
            L1Entries = header.Big32(36),
            RefcountTableOffset = header.Big64(48).AsSize(reader, "refcount table offset"),
            RefcountTableClusters = header.Big32(56),
        };

        if (tables.L1Entries > MaxL1Bytes / 8)
        {
            throw reader.Damaged($"its L1 table has {tables.L1Entries} entries");
        }

        if (tables.RefcountTableClusters == 0 || tables.RefcountTableClusters > MaxRefcountTableBytes >> tables.ClusterBits)
        {
            throw reader.Damaged($"its refcount table has {tables.RefcountTableClusters} clusters");
        }

        return tables;
    }

    private static void RequireNoEncryption(HeaderReader reader, uint method)
    {
        if (method is 1 or 2)
        {
            throw reader.Unsupported(
                $"the image is encrypted by QEMU ({(method == 1 ? "AES" : "LUKS")} inside qcow2), and there is no way to hand over its key; decrypt it into a new image with qemu-img convert");
        }

        if (method != 0)
        {
            throw reader.Damaged($"its encryption method is {method}");
        }
    }

    private static NamedFile? NamedFileOf(HeaderReader reader, uint version, Incompatible features, long clusterSize)
    {
        var header = reader.Header(Version2Length);
        var nameOffset = header.Big64(8).AsSize(reader, "backing file name offset");
        var nameLength = nameOffset == 0 ? 0 : header.Big32(16);
        if (nameLength > MaxBackingName || nameOffset > clusterSize - nameLength)
        {
            throw reader.Damaged($"the name of its backing file, {nameLength} bytes at {nameOffset}, is not inside the first cluster");
        }

        var area = ExtensionAreaOf(reader, version, nameOffset, clusterSize);
        if (features.HasFlag(Incompatible.DataFile))
        {
            return new(NamedFileRole.Unreachable, "data file", ExtensionText(reader, area, ExtensionDataFile, MaxDataFileName) ?? "");
        }

        var format = ExtensionText(reader, area, ExtensionBackingFormat, MaxBackingFormat);
        return nameLength == 0 ? null : new(NamedFileRole.Backing, "backing file", reader.ReadName(nameOffset, (int)nameLength, "backing file"), format);
    }

    /// <summary>The bytes between the header and the backing file name, as far as extensions are looked for.</summary>
    private static byte[] ExtensionAreaOf(HeaderReader reader, uint version, long nameOffset, long clusterSize)
    {
        var start = version == 3 ? reader.Header(Version3Length).Big32(100) : Version2Length;
        var end = nameOffset == 0 ? clusterSize : nameOffset;
        if (version == 3 && (start < Version3Length || start > clusterSize))
        {
            throw reader.Damaged($"a header length of {start}");
        }

        if (start > end)
        {
            throw reader.Damaged("the name of its backing file lies inside the header");
        }

        // Extensions are small: names, a table of feature names, pointers. QEMU writes all of them into the first kilobyte.
        var area = new byte[Math.Min(end - start, HeaderReader.LargestRead)];
        return area[..reader.ReadSome(start, area)];
    }

    private static string? ExtensionText(HeaderReader reader, byte[] area, uint wanted, int maximum)
    {
        string? text = null;
        var rest = area.AsSpan();
        while (rest.Length >= 8)
        {
            var kind = BinaryPrimitives.ReadUInt32BigEndian(rest);
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
            if (kind == ExtensionEnd)
            {
                break;
            }

            rest = rest[8..];
            if (length > rest.Length)
            {
                throw reader.Damaged($"a header extension of {length} bytes does not fit before the backing file name");
            }

            if (kind == wanted)
            {
                text = length <= maximum
                    ? ByteString.GetString(rest[..(int)length])
                    : throw reader.Damaged($"a header extension with a name of {length} bytes");
            }

            rest = rest[Math.Min(rest.Length, ((int)length + 7) & ~7)..];
        }

        return text;
    }
}
