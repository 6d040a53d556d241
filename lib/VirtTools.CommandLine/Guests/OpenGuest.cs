namespace VirtTools.CommandLine.Guests;

/// <summary>A guest whose file systems are mounted.</summary>
/// <param name="Guest">The launched handle.</param>
/// <param name="Paths">What the paths of the command line mean in it.</param>
internal sealed record OpenGuest(GuestActions Guest, GuestPaths Paths);
