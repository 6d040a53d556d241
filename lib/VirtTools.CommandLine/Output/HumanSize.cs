using System.Globalization;

namespace VirtTools.CommandLine.Output;

/// <summary>Sizes for people, as the original programs print them: <c>999</c>, <c>1.0K</c>, <c>9.9M</c>, <c>10G</c>.</summary>
internal static class HumanSize
{
    private const string Units = "KMGTPEZY";

    /// <summary>The size in the largest unit (powers of 1024) of which there is at least one; one decimal below ten; halves go to the even digit.</summary>
    /// <param name="bytes">A size in bytes; negative ones are printed as plain numbers.</param>
    public static string Format(Int128 bytes)
    {
        if (bytes < 1024)
        {
            return bytes.ToString(CultureInfo.InvariantCulture);
        }

        var unit = 0;
        var scale = (Int128)1024;
        while (bytes / scale >= 1024 && unit < Units.Length - 1)
        {
            scale *= 1024;
            unit++;
        }

        if (bytes / scale < 10 && RoundToEven(bytes * 10, scale) is var tenths && tenths < 100)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{tenths / 10}.{tenths % 10}{Units[unit]}");
        }

        var whole = RoundToEven(bytes, scale);
        return whole == 1024 && unit < Units.Length - 1
            ? $"1.0{Units[unit + 1]}"
            : string.Create(CultureInfo.InvariantCulture, $"{whole}{Units[unit]}");
    }

    private static Int128 RoundToEven(Int128 value, Int128 scale)
    {
        var (quotient, remainder) = Int128.DivRem(value, scale);
        var twice = remainder * 2;
        return twice > scale || (twice == scale && Int128.IsOddInteger(quotient)) ? quotient + 1 : quotient;
    }
}
