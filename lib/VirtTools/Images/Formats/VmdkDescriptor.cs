using VirtTools.Posix;

namespace VirtTools.Images.Formats;

/// <summary>One line of the extent description: access, size in sectors, type, and for most types a file and an offset in it.</summary>
internal sealed record VmdkExtent(string Type, ulong Sectors, string Name, ulong Offset)
{
    /// <summary>The bytes of the disk as they are.</summary>
    public bool IsFlat => Type is "FLAT" or "VMFS";

    public bool IsSparse => Type is "SPARSE";
}

/// <summary>The text that describes a VMware disk, a file of its own or embedded in a sparse extent.</summary>
internal sealed record VmdkDescriptor(IReadOnlyList<VmdkExtent> Extents, string? Parent)
{
    private const int MaxExtents = 1024;
    private static ReadOnlySpan<byte> ParentHint => "parentFileNameHint"u8;

    public static VmdkDescriptor Parse(HeaderReader reader, ReadOnlySpan<byte> text)
    {
        var extents = new List<VmdkExtent>();
        string? parent = null;
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];

            // QEMU finds the hint anywhere in the text, even in a comment.
            var hint = line.IndexOf(ParentHint);
            if (hint >= 0)
            {
                parent = Quoted(line[hint..]) is { } name ? ByteString.GetString(name) : throw reader.Damaged("a parent disk without a name");
            }

            if (ParseExtent(line) is { } extent)
            {
                extents.Add(extent);
            }

            if (extents.Count > MaxExtents)
            {
                throw reader.Damaged($"more than {MaxExtents} extents");
            }
        }

        return new(extents, parent);
    }

    private static VmdkExtent? ParseExtent(ReadOnlySpan<byte> line)
    {
        var name = Quoted(line);
        var words = ByteString.GetString(name is null ? line : line[..line.IndexOf((byte)'"')]).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["RW" or "RDONLY" or "NOACCESS", var size, var type])
        {
            return null;
        }

        var rest = name is null ? "" : ByteString.GetString(line[(line.IndexOf((byte)'"') + name.Length + 2)..]).Trim();

        // A size or offset that is no number is taken as one that fits nowhere, so that the line still counts as an extent.
        _ = ulong.TryParse(size, out var sectors) || Set(out sectors);
        _ = ulong.TryParse(rest.Length == 0 ? "0" : rest, out var offset) || Set(out offset);
        return new(type, sectors, name is null ? "" : ByteString.GetString(name), offset);

        static bool Set(out ulong value)
        {
            value = ulong.MaxValue;
            return true;
        }
    }

    /// <summary>What stands between the first two quotation marks.</summary>
    private static byte[]? Quoted(ReadOnlySpan<byte> line)
    {
        var start = line.IndexOf((byte)'"');
        if (start < 0)
        {
            return null;
        }

        var length = line[(start + 1)..].IndexOf((byte)'"');
        return length < 0 ? null : line.Slice(start + 1, length).ToArray();
    }
}
