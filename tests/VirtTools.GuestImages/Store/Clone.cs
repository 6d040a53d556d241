using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Store;

/// <summary>The clone of the repository that this program was built in.</summary>
public static class Clone
{
    /// <summary>Its top folder, the one that holds VirtTools.sln.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VirtTools.sln")))
                return folder.FullName;
        }

        throw new FixtureException($"{AppContext.BaseDirectory} is not inside a clone: no VirtTools.sln above it; set VIRTTOOLS_FIXTURES");
    }
}
