using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>
/// Writes ustar members. <see cref="System.Formats.Tar"/> takes names as text only, and fixtures need names that are not
/// valid UTF-8 and times before 1970.
/// </summary>
internal static class UstarArchive
{
    private const int Block = 512;
    private const int NameLength = 100;

    private static readonly byte[] PaxHeader = Encoding.ASCII.GetBytes("././@PaxHeader");
    private static readonly byte[] LongName = Encoding.ASCII.GetBytes("././@LongLink");

    public static void Write(Stream stream, TreeEntry entry)
    {
        if (entry.Path.Length > NameLength)
            WriteMember(stream, new TreeEntry((EntryKind)'L', LongName, Attributes.Usual) { Content = [.. entry.Path, 0] });
        if (entry.ExtendedAttribute is var (name, value))
        {
            var record = PaxRecord($"SCHILY.xattr.{name}={value}");
            WriteMember(stream, new TreeEntry((EntryKind)'x', PaxHeader, Attributes.Usual) { Content = record });
        }

        WriteMember(stream, entry);
    }

    public static void WriteEnd(Stream stream) => stream.Write(new byte[2 * Block]);

    private static void WriteMember(Stream stream, TreeEntry entry)
    {
        Span<byte> header = stackalloc byte[Block];
        header.Clear();
        Name(header[..NameLength], entry.Path);
        Octal(header.Slice(100, 8), Mode(entry));
        Octal(header.Slice(108, 8), entry.Attributes.Uid);
        Octal(header.Slice(116, 8), entry.Attributes.Gid);
        Octal(header.Slice(124, 12), entry.Content.Length);
        Time(header.Slice(136, 12), entry.Attributes.Time);
        header[156] = (byte)entry.Kind;
        Name(header.Slice(157, NameLength), entry.Target);
        "ustar  "u8.CopyTo(header[257..]);
        if (entry.Kind is EntryKind.CharacterDevice or EntryKind.BlockDevice)
        {
            Octal(header.Slice(329, 8), entry.Device.Major);
            Octal(header.Slice(337, 8), entry.Device.Minor);
        }

        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in header)
            sum += b;
        Octal(header.Slice(148, 7), sum);

        stream.Write(header);
        stream.Write(entry.Content);
        stream.Write(new byte[(Block - entry.Content.Length % Block) % Block]);
    }

    /// <summary>"LENGTH KEYWORD=VALUE\n", where the length counts its own digits too (POSIX, pax Extended Header).</summary>
    private static byte[] PaxRecord(string record)
    {
        var rest = Encoding.UTF8.GetByteCount(record) + 2;
        var length = rest + 1;
        while (length != rest + $"{length}".Length)
            length++;
        return Encoding.UTF8.GetBytes($"{length} {record}\n");
    }

    private static int Mode(TreeEntry entry) => entry.Attributes.Mode >= 0
        ? entry.Attributes.Mode
        : entry.Kind switch
        {
            EntryKind.Directory => 0b111_101_101,
            EntryKind.Symlink => 0b111_111_111,
            _ => 0b110_100_100,
        };

    private static void Name(Span<byte> field, byte[] name) => name.AsSpan(0, Math.Min(name.Length, field.Length)).CopyTo(field);

    private static void Octal(Span<byte> field, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(field.Length - 1, '0')).CopyTo(field);

    /// <summary>Times before 1970 and after 2242 use GNU's base-256 form: the first bit set, then two's complement.</summary>
    private static void Time(Span<byte> field, long time)
    {
        if (time is >= 0 and < 1L << 33)
        {
            Octal(field, time);
            return;
        }

        field[..4].Fill(time < 0 ? (byte)0xff : (byte)0);
        field[0] |= 0x80;
        BinaryPrimitives.WriteInt64BigEndian(field[4..], time);
    }
}
