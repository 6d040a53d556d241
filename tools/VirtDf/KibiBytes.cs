using System.Globalization;

namespace VirtTools.Commands;

/// <summary>Sizes in units of 1024 bytes.</summary>
internal static class KibiBytes
{
    /// <summary>The number of units, rounded to the nearest; halves go to the even number.</summary>
    public static string Format(Int128 bytes)
    {
        var (units, rest) = Int128.DivRem(bytes, 1024);
        var rounded = rest > 512 || (rest == 512 && Int128.IsOddInteger(units)) ? units + 1 : units;
        return rounded.ToString(CultureInfo.InvariantCulture);
    }
}
