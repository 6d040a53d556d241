namespace VirtTools.Daemon.Inspection;

/// <summary>What part of an operating system a file system has.</summary>
internal enum SightingKind
{
    /// <summary>Its root.</summary>
    Root,

    /// <summary>The programs of a Linux whose root is elsewhere.</summary>
    Usr,
}

/// <summary>A file system on which inspection has found something.</summary>
/// <param name="Mountable">By the kernel's name.</param>
/// <param name="System">What it tells of its operating system.</param>
internal sealed record Sighting(string Mountable, SightingKind Kind, InspectedSystem System)
{
    /// <summary>Whether its /usr is somewhere that no fstab tells.</summary>
    public bool HasUnnamedUsr { get; init; }
}

/// <summary>Puts together what belongs together: a root and its /usr.</summary>
internal static class SightingsMerged
{
    private const string UsrMountpoint = "/usr";

    /// <summary>The operating systems, in the order of their roots.</summary>
    public static List<InspectedSystem> ToSystems(IReadOnlyList<Sighting> found)
    {
        var usrs = found.Where(sighting => sighting.Kind == SightingKind.Usr).ToList();
        return [.. found.Where(sighting => sighting.Kind == SightingKind.Root).Select(root => WithUsr(root, usrs))];
    }

    private static InspectedSystem WithUsr(Sighting root, List<Sighting> usrs)
    {
        if (root.HasUnnamedUsr)
        {
            // CoreOS has two, of which the newer one is run, unless it has failed to start.
            return usrs.Where(usr => usr.System.Distribution.Name is "coreos" or "flatcar")
                .OrderByDescending(usr => usr.System.Version.Major).ThenByDescending(usr => usr.System.Version.Minor)
                .FirstOrDefault() is { } newest
                ? Merge(root.System, newest.System) with { FileSystems = [.. root.System.FileSystems, new(newest.Mountable, UsrMountpoint)] }
                : root.System;
        }

        var used = root.System.FileSystems.FirstOrDefault(fileSystem => fileSystem.Mountpoint == UsrMountpoint);
        return used is not null && usrs.Find(usr => usr.Mountable == used.Mountable) is { } own ? Merge(root.System, own.System) : root.System;
    }

    // What the root says of itself holds; of programs and of the distribution it may have nothing but dangling links.
    private static InspectedSystem Merge(InspectedSystem root, InspectedSystem usr)
    {
        var isNamed = root.Distribution != Linux.Distribution.None;
        return root with
        {
            Distribution = isNamed ? root.Distribution : usr.Distribution,
            PackageManager = isNamed && root.PackageManager != Linux.ReleaseFiles.UnknownText ? root.PackageManager
                : isNamed && usr.Distribution != root.Distribution ? root.PackageManager
                : usr.PackageManager,
            ProductName = isNamed ? root.ProductName : usr.ProductName,
            Version = isNamed ? root.Version : usr.Version,
            BuildId = isNamed ? root.BuildId : usr.BuildId,
            Architecture = root.Architecture != Linux.ReleaseFiles.UnknownText ? root.Architecture : usr.Architecture,
        };
    }
}
