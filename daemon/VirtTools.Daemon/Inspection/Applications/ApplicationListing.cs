using VirtTools.Daemon.Paths;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Lists the applications of the guest that is mounted. A long list goes out in portions: it is kept until it has been fetched.</summary>
internal sealed class ApplicationListing(GuestRoot root, InspectionMemory memory)
{
    /// <summary>So that the reply fits into a message, whatever the texts become on the wire: a character is at most 3 bytes.</summary>
    private const int MostCharacters = 512 * 1024;

    /// <summary>The same for a list that has to fit whole, with texts as they usually are: mostly ASCII.</summary>
    private const int MostCharactersOfAll = 1200 * 1024;

    /// <summary>What an entry costs besides its texts.</summary>
    private const int EntrySize = 128;

    private (string Root, List<Application2> All)? _fetched;

    /// <summary>One portion.</summary>
    /// <param name="mountable">A root that inspection has found.</param>
    /// <param name="first">How many the caller has; 0 makes a new list.</param>
    /// <returns>How many there are in all, and those that follow.</returns>
    /// <exception cref="Dispatch.DaemonException">EINVAL: no such root.</exception>
    public (int Total, List<Application2> Portion) List(string mountable, int first)
    {
        var system = memory.Find(mountable);
        if (first == 0 || _fetched?.Root != mountable)
        {
            _fetched = (mountable, ApplicationSources.List(new GuestFiles(root), system));
        }

        var all = _fetched.Value.All;
        var portion = Fitting(all.Skip(first), MostCharacters);
        if (first + portion.Count >= all.Count)
        {
            _fetched = null;
        }

        return (all.Count, portion);
    }

    /// <summary>The packages in the RPM database, as many as fit into one message; if need be without their descriptions.</summary>
    public Application2[] ListRpm()
    {
        var all = ApplicationBounds.Limit(RpmDatabase.Read(new GuestFiles(root))).ToList();
        var fitting = Fitting(all, MostCharactersOfAll);
        return fitting.Count == all.Count ? [.. all] : [.. Fitting(all.Select(application => application with { App2Description = "" }), MostCharactersOfAll)];
    }

    // At least one, which the bounds of an application allow.
    private static List<Application2> Fitting(IEnumerable<Application2> applications, int most)
    {
        var portion = new List<Application2>();
        var size = 0;
        foreach (var application in applications)
        {
            size += EntrySize + ApplicationBounds.Length(application);
            if (portion.Count > 0 && size > most)
            {
                break;
            }

            portion.Add(application);
        }

        return portion;
    }
}
