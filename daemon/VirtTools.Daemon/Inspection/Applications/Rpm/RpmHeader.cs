using System.Buffers.Binary;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Applications.Rpm;

/// <summary>
/// The header of an installed package: number of entries, size of the data, the entries (tag, type, offset, count), the data; all big-endian
/// (RPM's documentation, "Package format", Header structure).
/// </summary>
internal sealed class RpmHeader
{
    private const int PreambleSize = 8;
    private const int EntrySize = 16;
    private const int MostEntries = 65_536;

    private const int Name = 1000;
    private const int Version = 1001;
    private const int Release = 1002;
    private const int Epoch = 1003;
    private const int Summary = 1004;
    private const int Description = 1005;
    private const int Architecture = 1022;
    private const int Url = 1020;

    private const int TypeInt32 = 4;
    private const int TypeString = 6;
    private const int TypeStringArray = 8;
    private const int TypeTranslatedString = 9;

    private readonly byte[] _blob;
    private readonly int _entries;

    private RpmHeader(byte[] blob, int entries) => (_blob, _entries) = (blob, entries);

    private ReadOnlySpan<byte> Data => _blob.AsSpan(PreambleSize + _entries * EntrySize);

    /// <summary>Reads a header; null where the bytes are none.</summary>
    public static RpmHeader? Parse(byte[] blob)
    {
        if (blob.Length < PreambleSize)
        {
            return null;
        }

        var entries = BinaryPrimitives.ReadInt32BigEndian(blob);
        var size = BinaryPrimitives.ReadInt32BigEndian(blob.AsSpan(4));
        return entries is > 0 and <= MostEntries && size >= 0 && size <= (long)blob.Length - PreambleSize - (long)entries * EntrySize
            ? new(blob, entries)
            : null;
    }

    /// <summary>The package; null where the header has no name.</summary>
    public Application2? ToApplication() => Text(Name) is not { Length: > 0 } name
        ? null
        : new Package
        {
            Name = name,
            Version = new(Number(Epoch), Text(Version), Text(Release)),
            Architecture = Text(Architecture),
            Url = Text(Url),
            Summary = Text(Summary),
            Description = Text(Description),
        }.ToApplication();

    /// <summary>The first string of a tag: of translations it is the one in the C locale.</summary>
    private string Text(int tag)
    {
        if (Find(tag) is not { Type: TypeString or TypeStringArray or TypeTranslatedString } entry || entry.Offset >= Data.Length)
        {
            return "";
        }

        var rest = Data[entry.Offset..];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? "" : ByteString.GetString(rest[..Math.Min(end, ApplicationBounds.LongestText * 4)]);
    }

    private int Number(int tag) =>
        Find(tag) is { Type: TypeInt32 } entry && entry.Offset <= Data.Length - sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(Data[entry.Offset..]) : 0;

    private (int Type, int Offset)? Find(int tag)
    {
        for (var i = 0; i < _entries; i++)
        {
            var entry = _blob.AsSpan(PreambleSize + i * EntrySize, EntrySize);
            if (BinaryPrimitives.ReadInt32BigEndian(entry) == tag
                && BinaryPrimitives.ReadInt32BigEndian(entry[8..]) is >= 0 and var offset
                && BinaryPrimitives.ReadInt32BigEndian(entry[12..]) > 0)
            {
                return (BinaryPrimitives.ReadInt32BigEndian(entry[4..]), offset);
            }
        }

        return null;
    }
}
