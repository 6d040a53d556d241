using System.Globalization;

namespace VirtTools.Commands.Plan;

/// <summary>Sizes in sentences, as the original writes them: <c>447.8M</c>.</summary>
internal static class SizeText
{
    private const string Units = "KMGTPE";

    /// <summary>The size in the largest unit (powers of 1024) of which there is at least one, with one decimal.</summary>
    public static string Of(long bytes)
    {
        double size = bytes;
        var unit = -1;
        while (Math.Abs(size) >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return unit < 0
            ? bytes.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{size:0.0}{Units[unit]}");
    }
}
