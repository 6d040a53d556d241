using System.Runtime.InteropServices;
using VirtTools.Images;

namespace VirtTools.Tests.Images;

/// <summary>100,000 damaged images with a fixed seed: a header is refused by a sentence or understood, within bounds of reading and memory.</summary>
public sealed class HeaderFuzzTests
{
    private const int Rounds = 100_000;
    private const int MemoryBound = 16 * 1024 * 1024;

    [Fact]
    public void Mutated_header_ends_in_a_header_or_a_sentence_within_bounds()
    {
        using var folder = new ImageFolder();
        var samples = Samples(folder);
        var random = new Random(20240607);
        var refused = 0;
        var understood = 0;

        for (var round = 0; round < Rounds; round++)
        {
            var (format, sample) = samples[random.Next(samples.Count)];
            var image = new SparseBytes(sample, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var reader = new HeaderReader(image, "fuzz") { IsProbed = random.Next(2) == 0 };
                var recognised = ImageFormat.Probe(reader);
                (recognised == ImageFormat.Raw ? format : recognised).Parse?.Invoke(reader);
                understood++;
            }
            catch (ImageException e)
            {
                Assert.StartsWith("fuzz: ", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }

            Assert.InRange(image.BytesRead, 0, HeaderReader.Budget);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryBound);
        }

        // Both outcomes must be frequent, or the mutations miss the parsers.
        Assert.True(refused > Rounds / 10 && understood > Rounds / 10, $"{refused} refused, {understood} understood");
    }

    private static List<(ImageFormat Format, byte[] Content)> Samples(ImageFolder folder)
    {
        folder.Write("data", new byte[300_000]);
        var samples = new List<(ImageFormat, byte[])>();
        foreach (var arguments in (string[][])
        [
            ["qcow2"], ["qcow2", "-o", "compat=0.10"], ["qcow2", "-o", "extended_l2=on"], ["qcow2", "-b", "data", "-F", "raw"],
            ["qcow2", "-o", "data_file=ext.raw"], ["qcow2", "-o", "cluster_size=512"],
            ["qcow"], ["qed", "-b", "data", "-F", "raw"], ["vdi"], ["vhdx"], ["vpc"], ["parallels"],
            ["vmdk"], ["vmdk", "-o", "subformat=streamOptimized"], ["vmdk", "-o", "subformat=monolithicFlat"],
        ])
        {
            folder.QemuImg(["create", "-q", "-f", .. arguments, "sample", "4M"]);
            using var file = File.OpenRead(folder["sample"]);
            var content = new byte[Math.Min(file.Length, 4 << 20)];
            file.ReadExactly(content);
            samples.Add((ImageFormat.Find(arguments[0])!, content));
            File.Delete(folder["sample"]);
        }

        return samples;
    }

    /// <summary>A sample with some bytes changed and perhaps its end cut off; the sample itself stays as it is.</summary>
    private sealed class SparseBytes : IImageBytes
    {
        private static readonly ulong[] Interesting = [0, 1, 7, 8, 9, 0x7F, 0xFF, 0x100, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1UL << 40, 1UL << 62, long.MaxValue, ulong.MaxValue];
        private readonly byte[] content;
        private readonly Dictionary<long, byte> changes = [];

        public SparseBytes(byte[] content, Random random)
        {
            this.content = content;
            Length = random.Next(4) == 0 ? random.Next(content.Length + 1) : content.Length;
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                Change(random);
            }
        }

        public long Length { get; }

        public long BytesRead { get; private set; }

        public int ReadAt(Span<byte> buffer, long offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
            if (count > 0)
            {
                content.AsSpan((int)offset, count).CopyTo(buffer);
            }

            foreach (var (position, value) in changes)
            {
                if (position >= offset && position < offset + count)
                {
                    buffer[(int)(position - offset)] = value;
                }
            }

            BytesRead += count;
            return count;
        }

        /// <summary>Most changes hit the header, some a table: a byte, or a whole number of 4 or 8 bytes of either order.</summary>
        private void Change(Random random)
        {
            var position = random.Next(3) switch
            {
                0 => random.Next(128),
                1 => random.Next(1024),
                _ => random.Next(content.Length) & ~7,
            };
            var width = random.Next(3) switch { 0 => 1, 1 => 4, _ => 8 };
            var value = random.Next(2) == 0 ? Interesting[random.Next(Interesting.Length)] : (ulong)random.NextInt64();
            var bytes = MemoryMarshal.AsBytes(new Span<ulong>(ref value))[..width];
            if (random.Next(2) == 0)
            {
                bytes.Reverse();
            }

            for (var index = 0; index < width; index++)
            {
                changes[position + index] = bytes[index];
            }
        }
    }
}
