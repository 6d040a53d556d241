using VirtTools.Dispatch;

namespace VirtTools.Daemon.Ext;

/// <summary>Attributes of an inode as the letters of chattr(1).</summary>
internal static class ExtAttributes
{
    private static readonly (char Letter, uint Bit)[] Letters =
    [
        ('s', 0x0000_0001), ('u', 0x0000_0002), ('S', 0x0000_0008), ('D', 0x0001_0000), ('i', 0x0000_0010), ('a', 0x0000_0020),
        ('d', 0x0000_0040), ('A', 0x0000_0080), ('c', 0x0000_0004), ('E', 0x0000_0800), ('j', 0x0000_4000), ('I', 0x0000_1000),
        ('t', 0x0000_8000), ('T', 0x0002_0000), ('e', 0x0008_0000), ('C', 0x0080_0000), ('x', 0x0200_0000), ('F', 0x4000_0000),
        ('N', 0x1000_0000), ('P', 0x2000_0000), ('V', 0x0010_0000), ('m', 0x0000_0400),
    ];

    /// <summary>The letters of some bits, sorted by their ASCII codes.</summary>
    public static string ToLetters(uint bits) =>
        string.Concat(Letters.Where(known => (bits & known.Bit) != 0).Select(known => known.Letter).Order());

    /// <summary>The bits of some letters.</summary>
    /// <exception cref="DaemonException">EINVAL: no such letter, or one twice.</exception>
    public static uint FromLetters(string text)
    {
        var bits = 0u;
        foreach (var c in text)
        {
            var bit = Array.Find(Letters, known => known.Letter == c).Bit;
            if (bit == 0)
            {
                throw new DaemonException("EINVAL", $"attrs: unknown attribute letter: {c}");
            }

            bits = (bits & bit) == 0 ? bits | bit : throw new DaemonException("EINVAL", $"attrs: the letter {c} is there twice");
        }

        return bits;
    }
}
