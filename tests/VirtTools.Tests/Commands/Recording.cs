using System.Text.RegularExpressions;

namespace VirtTools.Tests.Commands;

/// <summary>A command line and what the original did with it, from recordings/command-lines.recorded.</summary>
internal sealed partial record Recording(string Line)
{
    private static readonly Lazy<IReadOnlyList<Recording>> s_all = new(() => [.. Load()]);

    private readonly List<string> _drives = [];
    private readonly List<string> _domains = [];
    private readonly List<string> _remotes = [];
    private readonly List<string> _printed = [];

    public static IReadOnlyList<Recording> All => s_all.Value;

    public string Program => Line.Split(' ')[0];

    public IEnumerable<string> Words => Line.Split(' ')[1..].Select(w => w == "''" ? "" : w);

    /// <summary><c>accepted</c>, <c>printed</c> or <c>rejected</c>.</summary>
    public string Verdict { get; private set; } = "";

    /// <summary>Each drive as <c>path|format|blocksize</c>.</summary>
    public IReadOnlyList<string> Drives => _drives;

    /// <summary>Each libvirt guest as <c>name|uri</c>; its drives are not among <see cref="Drives"/>.</summary>
    public IReadOnlyList<string> Domains => _domains;

    /// <summary>Each disk behind a server as <c>path|protocol|server</c>.</summary>
    public IReadOnlyList<string> Remotes => _remotes;

    public IReadOnlyList<string> Printed => _printed;

    /// <summary>Whether the program took the line and the library then refused a drive; ours may leave that to the library too.</summary>
    public bool WasRefusedByTheLibrary => Verdict == "rejected" && _drives.Count + _domains.Count + _remotes.Count > 0;

    private static IEnumerable<Recording> Load()
    {
        Recording? current = null;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Commands", "recordings", "command-lines.recorded")))
        {
            var (kind, rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, "");
            switch (kind)
            {
                case "$":
                    if (current is not null)
                    {
                        yield return current;
                    }

                    current = new(rest);
                    break;
                case "accepted" or "printed" or "rejected":
                    current!.Verdict = kind;
                    break;
                case "drive" when ProtocolPart().Match(rest) is { Success: true } protocol:
                    current!._remotes.Add($"{Quoted().Match(rest).Groups[1].Value}|{protocol.Groups[1].Value}|{ServerPart().Match(rest).Groups[1].Value}");
                    break;
                case "drive":
                    current!._drives.Add(Drive(rest));
                    break;
                case "domain" when rest.StartsWith('"'):
                    current!._domains.Add($"{Quoted().Match(rest).Groups[1].Value}|{UriPart().Match(rest).Groups[1].Value}");
                    break;
                case "out":
                    current!._printed.Add(rest);
                    break;
            }
        }

        yield return current!;
    }

    private static string Drive(string trace)
    {
        var path = Quoted().Match(trace).Groups[1].Value.Replace("./", "").Replace("/etc/hostname", "disk.img");
        return $"{path}|{FormatPart().Match(trace).Groups[1].Value}|{BlockSizePart().Match(trace).Groups[1].Value}";
    }

    [GeneratedRegex("^\"([^\"]*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("\"libvirturi:([^\"]*)\"")]
    private static partial Regex UriPart();

    [GeneratedRegex("\"protocol:([^\"]*)\"")]
    private static partial Regex ProtocolPart();

    [GeneratedRegex("\"server:(?:tcp:)?([^\"]*)\"")]
    private static partial Regex ServerPart();

    [GeneratedRegex("\"format:([^\"]*)\"")]
    private static partial Regex FormatPart();

    [GeneratedRegex("\"blocksize:([^\"]*)\"")]
    private static partial Regex BlockSizePart();
}
