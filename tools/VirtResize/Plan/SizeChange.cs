using System.Globalization;

namespace VirtTools.Commands.Plan;

/// <summary>What a size on the command line means: <c>10G</c>, <c>+1G</c>, <c>-200M</c>, <c>90%</c>, <c>+10%</c>, <c>-10%</c>.</summary>
/// <param name="Sign">-1 or 1 for what is taken from or added to the old size, 0 for the new size itself.</param>
/// <param name="Amount">Bytes, or percent.</param>
/// <param name="IsPercent">Which of the two.</param>
internal readonly record struct SizeChange(int Sign, decimal Amount, bool IsPercent)
{
    /// <summary>Whether it depends on the old size.</summary>
    public bool IsRelative => Sign != 0 || IsPercent;

    /// <summary>Reads one.</summary>
    /// <returns>Null where it is none.</returns>
    public static SizeChange? TryParse(string text)
    {
        var sign = text.StartsWith('+') ? 1 : text.StartsWith('-') ? -1 : 0;
        var number = sign == 0 ? text : text[1..];
        if (number.Length < 2)
        {
            return null;
        }

        decimal? scale = number[^1] switch
        {
            'b' or '%' => 1,
            'K' => 1L << 10,
            'M' => 1L << 20,
            'G' => 1L << 30,
            'T' => 1L << 40,
            _ => null,
        };
        return scale is { } factor
            && decimal.TryParse(number[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= long.MaxValue / factor
            ? new(sign, amount * factor, number[^1] == '%')
            : null;
    }

    /// <summary>The new size in bytes.</summary>
    /// <param name="old">The old one.</param>
    /// <returns>Not below 0, and at most the largest number there is.</returns>
    public long Apply(long old)
    {
        var amount = IsPercent ? (Amount > 1_000_000 ? 1_000_000 : Amount) * old / 100 : Amount;
        var size = Sign == 0 ? amount : old + (Sign * amount);
        return size <= 0 ? 0 : size >= long.MaxValue ? long.MaxValue : (long)size;
    }
}
