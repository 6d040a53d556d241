using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace VirtTools.Launch;

/// <summary>When each part of a launch was done, for <c>-v</c>. Parts are named in the order in which they end.</summary>
internal sealed class LaunchTimeline
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly List<(string Part, TimeSpan Done)> parts = [];
    private readonly Lock access = new();

    /// <summary>Says that a part is done now.</summary>
    public void Mark(string part)
    {
        lock (access)
        {
            parts.Add((part, Stopwatch.GetElapsedTime(start)));
        }
    }

    /// <summary>Adds a part whose length is known from elsewhere, such as the guest; it begins where the last one ended.</summary>
    public void Add(string part, TimeSpan length)
    {
        lock (access)
        {
            parts.Add((part, (parts.Count > 0 ? parts[^1].Done : TimeSpan.Zero) + length));
        }
    }

    /// <summary>One line: each part with the milliseconds that it took, and the sum.</summary>
    public override string ToString()
    {
        lock (access)
        {
            var line = new StringBuilder();
            var before = TimeSpan.Zero;
            foreach (var (part, done) in parts)
            {
                line.Append(CultureInfo.InvariantCulture, $"{part} {(done - before).TotalMilliseconds:0.0}, ");
                before = done;
            }

            return line.Append(CultureInfo.InvariantCulture, $"together {before.TotalMilliseconds:0.0} ms").ToString();
        }
    }
}
