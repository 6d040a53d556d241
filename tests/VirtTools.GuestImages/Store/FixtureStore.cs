using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Store;

/// <summary>The folder of built recipes. Any number of processes may use it at once; each recipe is built by one of them.</summary>
public sealed class FixtureStore
{
    private const UnixFileMode ReadOnlyFile = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string root;

    /// <summary>Opens a store in this folder, which is made when the first recipe is built.</summary>
    public FixtureStore(string root) => this.root = Path.GetFullPath(root);

    /// <summary>The store named by VIRTTOOLS_FIXTURES, else artifacts/fixtures of the clone that holds this program.</summary>
    public static FixtureStore Default { get; } = new(
        Environment.GetEnvironmentVariable("VIRTTOOLS_FIXTURES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Clone.Folder, "artifacts", "fixtures"));

    /// <summary>The folder that the recipe made, now or earlier.</summary>
    public string Folder(Recipe recipe)
    {
        var folder = Path.Combine(root, $"{recipe.Name}-{recipe.Key}");
        if (Directory.Exists(folder))
            return folder;

        Directory.CreateDirectory(root);
        using var _ = Lock(Path.Combine(root, $".{recipe.Name}.lock"));
        if (!Directory.Exists(folder))
            Build(recipe, folder);
        return folder;
    }

    private void Build(Recipe recipe, string folder)
    {
        // Only the holder of the lock builds this recipe, so what an interrupted build left behind can go.
        var temporary = Path.Combine(root, $".{recipe.Name}.new");
        if (Directory.Exists(temporary))
            WorkFolder.Remove(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            recipe.Make(temporary);
        }
        catch (FixtureException e)
        {
            throw new FixtureException($"cannot make {recipe.Name}: {e.Message}");
        }

        foreach (var file in Directory.EnumerateFiles(temporary))
            File.SetUnixFileMode(file, ReadOnlyFile);
        Directory.Move(temporary, folder);
    }

    /// <summary>Waits for the lock. .NET takes flock(2) for a file that is not shared, and the kernel drops it at any death.</summary>
    private static FileStream Lock(string path)
    {
        for (; ; )
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                Thread.Sleep(200);
            }
        }
    }
}
