namespace VirtTools.Images.Formats;

/// <summary>A growing disk of the Bochs emulator: one file, which QEMU only reads.</summary>
internal static class BochsHeader
{
    public static bool Matches(HeaderReader reader) =>
        Field(reader, 0, 32).SequenceEqual("Bochs Virtual HD Image"u8)
        && Field(reader, 32, 16).SequenceEqual("Redolog"u8)
        && Field(reader, 48, 16).SequenceEqual("Growing"u8);

    public static ImageHeader Parse(HeaderReader reader) => new();

    private static ReadOnlySpan<byte> Field(HeaderReader reader, int offset, int length)
    {
        if (reader.Start.Length < offset + length)
        {
            return default;
        }

        var field = reader.Start.Slice(offset, length);
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
