using System.Globalization;

namespace VirtTools.Commands;

/// <summary>Device numbers of Linux, which keep major and minor number in scattered bits (gnu_dev_major(3)).</summary>
internal static class DeviceText
{
    public static ulong Major(long device) => (((ulong)device >> 8) & 0xFFF) | (((ulong)device >> 32) & 0xFFFFF000);

    public static ulong Minor(long device) => ((ulong)device & 0xFF) | (((ulong)device >> 12) & 0xFFFFFF00);

    /// <summary><c>MAJOR:MINOR</c>.</summary>
    public static string Format(long device) => string.Create(CultureInfo.InvariantCulture, $"{Major(device)}:{Minor(device)}");
}
