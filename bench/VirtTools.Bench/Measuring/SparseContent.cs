using VirtTools.Posix;

namespace VirtTools.Bench.Measuring;

/// <summary>Copies files of which most is a hole, without reading the hole.</summary>
internal static class SparseContent
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Copies what is no hole into another file.</summary>
    /// <param name="source">The file to read.</param>
    /// <param name="target">The file to write to, with zeros where the content goes.</param>
    /// <param name="offset">Where in the target.</param>
    public static void CopyInto(string source, string target, long offset)
    {
        using var input = File.OpenHandle(source);
        using var output = File.OpenHandle(target, FileMode.Open, FileAccess.Write);
        var block = new byte[BlockSize];
        for (long position = 0; Descriptors.NextData(input, position) is { } data; position = data)
        {
            var end = Descriptors.NextHole(input, data) ?? Descriptors.SizeOf(input);
            while (data < end)
            {
                var count = Descriptors.ReadAt(input, block.AsSpan(0, (int)Math.Min(block.Length, end - data)), data);
                if (count == 0)
                {
                    return;
                }

                Descriptors.WriteAt(output, block.AsSpan(0, count), offset + data);
                data += count;
            }
        }
    }
}
