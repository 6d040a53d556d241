using System.Globalization;

namespace VirtTools.Commands.Watch;

/// <summary>Times and places of <c>virt-df --watch</c>.</summary>
/// <param name="Interval">From the beginning of a round to that of the next one.</param>
/// <param name="TimeForGuest">How long a guest may take.</param>
/// <param name="AtOnce">How many guests are read at once.</param>
/// <param name="OutputPath">The file with the metrics.</param>
/// <param name="LibvirtUri">Which libvirt is asked for guests; null for the one that libvirt chooses.</param>
internal sealed record WatchSettings(TimeSpan Interval, TimeSpan TimeForGuest, int AtOnce, string OutputPath, string? LibvirtUri = null)
{
    /// <summary>Where <c>--timeout</c> says nothing.</summary>
    public static TimeSpan UsualTimeForGuest { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Tells the time of day.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    /// <summary>After that time a reading that has not given up by itself is left behind.</summary>
    public TimeSpan LongestReading => TimeForGuest + s_grace;

    /// <summary>A watch that does nothing for longer hangs.</summary>
    public TimeSpan LongestSilence => LongestReading + s_grace;

    /// <summary>Reads a time: seconds, or a number with the unit <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
    /// <returns>Null if it is none, or no more than a week and at least a second.</returns>
    public static TimeSpan? TryReadInterval(string text)
    {
        var unit = text.Length > 0 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 } : 0;
        var isNumber = double.TryParse(unit == 0 ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var seconds = number * Math.Max(unit, 1);
        return isNumber && seconds is >= 1 and <= 7 * 86400 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
