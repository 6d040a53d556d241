namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>How large a list of applications can become: beyond that a guest is not large but lies.</summary>
internal static class ApplicationBounds
{
    /// <summary>Longest text of an application, in characters.</summary>
    public const int LongestText = 32 * 1024;

    /// <summary>Most applications.</summary>
    public const int MostApplications = 100_000;

    private const long MostCharacters = 64L * 1024 * 1024;

    /// <summary>As many as fit into the bounds, with their texts cut to length.</summary>
    public static IEnumerable<Application2> Limit(IEnumerable<Application2> applications)
    {
        var characters = 0L;
        foreach (var application in applications.Take(MostApplications))
        {
            var limited = application with
            {
                App2Name = Cut(application.App2Name),
                App2DisplayName = Cut(application.App2DisplayName),
                App2Version = Cut(application.App2Version),
                App2Release = Cut(application.App2Release),
                App2Arch = Cut(application.App2Arch),
                App2InstallPath = Cut(application.App2InstallPath),
                App2TransPath = Cut(application.App2TransPath),
                App2Publisher = Cut(application.App2Publisher),
                App2Url = Cut(application.App2Url),
                App2SourcePackage = Cut(application.App2SourcePackage),
                App2Summary = Cut(application.App2Summary),
                App2Description = Cut(application.App2Description),
                App2Class = Cut(application.App2Class),
            };
            characters += Length(limited);
            if (characters > MostCharacters)
            {
                yield break;
            }

            yield return limited;
        }
    }

    /// <summary>Characters of all texts.</summary>
    public static int Length(Application2 application) =>
        application.App2Name.Length + application.App2DisplayName.Length + application.App2Version.Length + application.App2Release.Length
        + application.App2Arch.Length + application.App2InstallPath.Length + application.App2TransPath.Length + application.App2Publisher.Length
        + application.App2Url.Length + application.App2SourcePackage.Length + application.App2Summary.Length + application.App2Description.Length
        + application.App2Class.Length;

    private static string Cut(string text) => TextBounds.Cut(text, LongestText);
}
