using System.Buffers.Binary;
using System.Buffers.Text;
using VirtTools.Posix;

namespace VirtTools.Daemon.Tar;

/// <summary>Writes headers as GNU tar does in its own format.</summary>
internal static class TarHeader
{
    private const string LongNameMember = "././@LongLink";
    private const uint LongNameMode = 0x1A4; // 0644

    /// <summary>The header of a member.</summary>
    /// <param name="block">One block; overwritten.</param>
    /// <param name="name">Its name; what does not fit is in a <see cref="WriteLongName"/> in front.</param>
    /// <param name="link">Where a link leads, else empty.</param>
    public static void Write(Span<byte> block, MemberKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, in FileStatus status, long size, in TarOwner owner)
    {
        block.Clear();
        Text(block.Slice(TarFormat.NameField, TarFormat.NameSize), name);
        Number(block.Slice(TarFormat.ModeField, TarFormat.SmallNumberSize), status.Permissions);
        Number(block.Slice(TarFormat.UserField, TarFormat.SmallNumberSize), status.UserId);
        Number(block.Slice(TarFormat.GroupField, TarFormat.SmallNumberSize), status.GroupId);
        Number(block.Slice(TarFormat.SizeField, TarFormat.LargeNumberSize), size);
        Number(block.Slice(TarFormat.TimeField, TarFormat.LargeNumberSize), status.ModificationTime.Seconds);
        block[TarFormat.KindField] = (byte)kind;
        Text(block.Slice(TarFormat.LinkField, TarFormat.NameSize), link);
        Text(block.Slice(TarFormat.UserNameField, TarFormat.OwnerNameSize - 1), owner.User);
        Text(block.Slice(TarFormat.GroupNameField, TarFormat.OwnerNameSize - 1), owner.Group);
        if (kind is MemberKind.CharacterDevice or MemberKind.BlockDevice)
        {
            Number(block.Slice(TarFormat.MajorField, TarFormat.SmallNumberSize), status.RawDevice.Major);
            Number(block.Slice(TarFormat.MinorField, TarFormat.SmallNumberSize), status.RawDevice.Minor);
        }

        Finish(block);
    }

    /// <summary>The member that holds a name or a link of more than 100 bytes for the next one; the name follows, with a zero at its end.</summary>
    /// <param name="block">One block; overwritten.</param>
    public static void WriteLongName(Span<byte> block, MemberKind kind, int length, in TarOwner root)
    {
        block.Clear();
        Text(block.Slice(TarFormat.NameField, TarFormat.NameSize), ByteString.GetBytes(LongNameMember));
        Number(block.Slice(TarFormat.ModeField, TarFormat.SmallNumberSize), LongNameMode);
        Number(block.Slice(TarFormat.UserField, TarFormat.SmallNumberSize), 0);
        Number(block.Slice(TarFormat.GroupField, TarFormat.SmallNumberSize), 0);
        Number(block.Slice(TarFormat.SizeField, TarFormat.LargeNumberSize), length + 1);
        Number(block.Slice(TarFormat.TimeField, TarFormat.LargeNumberSize), 0);
        block[TarFormat.KindField] = (byte)kind;
        Text(block.Slice(TarFormat.UserNameField, TarFormat.OwnerNameSize - 1), root.User);
        Text(block.Slice(TarFormat.GroupNameField, TarFormat.OwnerNameSize - 1), root.Group);
        Finish(block);
    }

    private static void Finish(Span<byte> block)
    {
        TarFormat.GnuMagic.CopyTo(block[TarFormat.MagicField..]);
        var sum = TarFormat.Checksum(block);

        // Six digits, a zero and a space.
        Octal(block.Slice(TarFormat.ChecksumField, 6), sum);
        block[TarFormat.ChecksumField + 7] = (byte)' ';
    }

    private static void Text(Span<byte> field, ReadOnlySpan<byte> text) => text[..Math.Min(text.Length, field.Length)].CopyTo(field);

    // Octal digits and a zero; what does not fit is binary, marked by the highest bit (GNU tar, "Extensions").
    private static void Number(Span<byte> field, long value)
    {
        var digits = field.Length - 1;
        if (value >= 0 && value < 1L << (3 * digits))
        {
            Octal(field[..digits], value);
            return;
        }

        field[..(field.Length - 8)].Fill(value < 0 ? (byte)0xFF : (byte)0);
        BinaryPrimitives.WriteInt64BigEndian(field[(field.Length - 8)..], value);
        field[0] = (byte)(value < 0 ? 0xFF : 0x80);
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 1; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }
    }
}

/// <summary>Names of a file's owner and group, at most 31 bytes each; empty where there are none.</summary>
internal readonly record struct TarOwner(byte[] User, byte[] Group)
{
    /// <summary>Numbers only.</summary>
    public static readonly TarOwner None = new([], []);
}
