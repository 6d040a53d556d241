namespace VirtTools.CommandLine.Guests;

/// <summary>What has been mounted of a guest.</summary>
/// <param name="Root">The root that inspection found; null where <c>-m</c> said what to mount.</param>
/// <param name="Access">Whether it may be written.</param>
internal sealed record MountedTree(string? Root, GuestAccess Access)
{
    /// <summary>File systems that the guest mounts and that could not be mounted, a sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}
