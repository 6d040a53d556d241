using System.Globalization;

namespace VirtTools.Commands;

/// <summary>Sizes in units of 1024 bytes.</summary>
internal static class KibiBytes
{
    /// <summary>The number of whole units, as the original prints it: 3 blocks of 512 bytes are 1.</summary>
    public static string Format(Int128 bytes) => (bytes / 1024).ToString(CultureInfo.InvariantCulture);
}
