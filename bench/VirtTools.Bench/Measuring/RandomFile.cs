namespace VirtTools.Bench.Measuring;

/// <summary>Files without zeros to skip and without anything to compress.</summary>
internal static class RandomFile
{
    private const int BlockSize = 1024 * 1024;
    private const int Seed = 1;

    /// <summary>Makes a file, the same each time.</summary>
    public static async Task WriteAsync(string path, long size, CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var block = new byte[BlockSize];
        await using var file = File.Create(path, bufferSize: 0);
        for (var left = size; left > 0; left -= block.Length)
        {
            random.NextBytes(block);
            await file.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether two files hold the same.</summary>
    public static async Task<bool> AreEqualAsync(string left, string right, CancellationToken cancellationToken)
    {
        await using var first = File.OpenRead(left);
        await using var second = File.OpenRead(right);
        var (ofFirst, ofSecond) = (new byte[BlockSize], new byte[BlockSize]);
        while (true)
        {
            var count = await first.ReadAtLeastAsync(ofFirst, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var other = await second.ReadAtLeastAsync(ofSecond, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (!ofFirst.AsSpan(0, count).SequenceEqual(ofSecond.AsSpan(0, other)))
            {
                return false;
            }

            if (count == 0)
            {
                return true;
            }
        }
    }
}
