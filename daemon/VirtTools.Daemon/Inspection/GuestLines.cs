using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>A text file of the guest line by line, in little memory.</summary>
internal static class GuestLines
{
    /// <summary>What a line has beyond that is left out.</summary>
    public const int LongestLine = 64 * 1024;

    private const int BlockSize = 32 * 1024;

    /// <summary>The lines without their ends. A line that the allowance cuts short is none.</summary>
    public static IEnumerable<string> Of(GuestFile file)
    {
        var block = new byte[BlockSize];
        var line = new byte[LongestLine];
        var filled = 0;
        var offset = 0L;
        while (file.ReadSome(offset, block.AsSpan(0, (int)Math.Min(BlockSize, Math.Max(1, file.Length - offset)))) is var count and > 0)
        {
            offset += count;
            for (var start = 0; start < count;)
            {
                var end = block.AsSpan(start, count - start).IndexOf((byte)'\n');
                var piece = block.AsSpan(start, end < 0 ? count - start : end);
                var kept = Math.Min(piece.Length, LongestLine - filled);
                piece[..kept].CopyTo(line.AsSpan(filled));
                filled += kept;
                start += piece.Length + 1;
                if (end >= 0)
                {
                    yield return ByteString.GetString(line.AsSpan(0, filled));
                    filled = 0;
                }
            }
        }

        if (filled > 0 && offset >= file.Length)
        {
            yield return ByteString.GetString(line.AsSpan(0, filled));
        }
    }
}
