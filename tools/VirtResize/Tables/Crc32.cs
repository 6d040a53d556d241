namespace VirtTools.Commands.Tables;

/// <summary>The CRC-32 of ISO 3309 that GPT headers carry.</summary>
internal static class Crc32
{
    private const uint ReversedPolynomial = 0xEDB8_8320;
    private static readonly uint[] s_table = MakeTable();

    /// <summary>The sum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum = sum >> 8 ^ s_table[(byte)(sum ^ value)];
        }

        return ~sum;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var sum = i;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? sum >> 1 ^ ReversedPolynomial : sum >> 1;
            }

            table[i] = sum;
        }

        return table;
    }
}
