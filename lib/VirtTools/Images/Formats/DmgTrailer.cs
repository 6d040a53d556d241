namespace VirtTools.Images.Formats;

/// <summary>An Apple disk image. It can only be told by name and by the block at its end; QEMU, which only reads it, goes by the name alone.</summary>
internal static class DmgTrailer
{
    private const int TrailerLength = 512;

    public static bool Matches(HeaderReader reader)
    {
        var offset = reader.Length - TrailerLength;
        var trailer = new byte[4];
        return offset >= 0 && reader.ReadSome(offset, trailer) == trailer.Length && trailer.AsSpan().SequenceEqual("koly"u8);
    }

    public static ImageHeader Parse(HeaderReader reader) => new();
}
