using System.Globalization;

namespace VirtTools.GuestTests.Watch;

/// <summary>What a process takes at a moment.</summary>
/// <param name="Resident">Its resident memory (VmRSS of /proc/PID/status) in bytes.</param>
/// <param name="Descriptors">How many it has open.</param>
/// <param name="Threads">How many it has.</param>
/// <param name="Children">How many processes have it as their parent, zombies too.</param>
/// <param name="Zombies">How many of those have ended and were not waited for.</param>
internal sealed record ServiceFootprint(long Resident, int Descriptors, int Threads, int Children, int Zombies)
{
    public static ServiceFootprint Of(int process)
    {
        var children = Directory.GetDirectories("/proc").Select(Status).Where(status => status.Parent == process).ToList();
        var lines = File.ReadAllLines($"/proc/{process}/status");
        return new(
            Row(lines, "VmRSS:") * 1024, Directory.GetFiles($"/proc/{process}/fd").Length, (int)Row(lines, "Threads:"), children.Count, children.Count(child => child.State == 'Z'));
    }

    public override string ToString() => $"{Resident / 1024.0 / 1024:0.0} MiB, {Descriptors} descriptors, {Threads} threads, {Children} children, {Zombies} zombies";

    private static long Row(string[] lines, string name) =>
        long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static (int Parent, char State) Status(string folder)
    {
        try
        {
            // Behind the name, which may hold anything, in brackets.
            var text = int.TryParse(Path.GetFileName(folder), out _) ? File.ReadAllText($"{folder}/stat") : "";
            return text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var state, var parent, ..]
                ? (int.Parse(parent, CultureInfo.InvariantCulture), state[0])
                : (0, ' ');
        }
        catch (IOException)
        {
            return (0, ' ');
        }
    }
}
