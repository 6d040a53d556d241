using System.Globalization;
using System.Text;

namespace VirtTools.Daemon.Files;

/// <summary>Reads cpio archives of the kind that kernels take as initial RAM disk (cpio(5), "new ASCII format").</summary>
internal static class CpioArchive
{
    private const int HeaderSize = 110;
    private const string Trailer = "TRAILER!!!";

    /// <summary>Names and contents; reading stops at the first header that is none.</summary>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Files(ReadOnlyMemory<byte> archive)
    {
        var position = 0L;
        while (position + HeaderSize <= archive.Length)
        {
            var header = archive.Slice((int)position, HeaderSize);
            if (Field(header, 6) is not { } size || Field(header, 11) is not { } nameSize || !header.Span.StartsWith("07070"u8))
            {
                yield break;
            }

            var content = Align(position + HeaderSize + nameSize);
            if (nameSize == 0 || content + size > archive.Length)
            {
                yield break;
            }

            var name = Encoding.UTF8.GetString(archive.Slice((int)position + HeaderSize, (int)nameSize - 1).Span);
            if (name == Trailer)
            {
                yield break;
            }

            yield return (name, archive.Slice((int)content, (int)size));
            position = Align(content + size);
        }
    }

    private static long Align(long position) => (position + 3) & ~3L;

    private static uint? Field(ReadOnlyMemory<byte> header, int index) =>
        uint.TryParse(header.Span.Slice(6 + index * 8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
