using System.Globalization;
using System.Runtime.InteropServices;

namespace VirtTools.Commands;

/// <summary>Times of files as text.</summary>
/// <param name="style">How.</param>
/// <param name="now">The moment that ages count from, in seconds since 1970.</param>
internal sealed partial class TimeText(TimeStyle style, long now)
{
    private const int SecondsPerDay = 86400;

    /// <summary>The time in the chosen style, padded as the columns of the listing are.</summary>
    /// <param name="seconds">Seconds since 1970.</param>
    public string Format(long seconds) => style switch
    {
        TimeStyle.Calendar => Calendar(seconds),
        TimeStyle.Seconds => Padded(seconds, 10),
        TimeStyle.Age => Padded(now - seconds, 8),
        _ => Padded((now - seconds) / SecondsPerDay, 3),
    };

    private static string Padded(long number, int width) => number.ToString(CultureInfo.InvariantCulture).PadLeft(width);

    /// <summary>localtime_r(3) knows every form of TZ and years that DateTime does not.</summary>
    private static string Calendar(long seconds)
    {
        if (LocalTime(seconds, out var time) == 0)
        {
            return seconds.ToString(CultureInfo.InvariantCulture);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time.YearSince1900 + 1900L}-{time.Month + 1:00}-{time.Day:00} {time.Hour:00}:{time.Minute:00}:{time.Second:00}");
    }

    [LibraryImport("libc", EntryPoint = "localtime_r")]
    private static partial nint LocalTime(in long seconds, out BrokenDownTime time);

    /// <summary>struct tm of the C library on x86_64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct BrokenDownTime
    {
        public int Second;
        public int Minute;
        public int Hour;
        public int Day;
        public int Month;
        public int YearSince1900;
        public int Weekday;
        public int DayOfYear;
        public int IsSummerTime;
        public long ZoneOffset;
        public nint ZoneName;
    }
}
