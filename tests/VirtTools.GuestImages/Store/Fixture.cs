namespace VirtTools.Fixtures.Store;

/// <summary>A guest that tests ask for by name: one or more disks out of a recipe's folder.</summary>
/// <param name="Name">Its name on the command line and in recordings.</param>
/// <param name="Description">What is in it, in one line.</param>
/// <param name="Recipe">What makes it.</param>
/// <param name="Disks">File name and format (raw, qcow2, ...) of each disk, in the order in which a guest has them.</param>
public sealed record Fixture(string Name, string Description, Recipe Recipe, params IReadOnlyList<(string File, string Format)> Disks)
{
    /// <summary>
    /// Whether the same programs make the same bytes each time, so that recorded outputs of the original hold for it.
    /// </summary>
    public bool IsReproducible { get; init; }

    /// <summary>The disks, built now if this recipe was not built before.</summary>
    public IReadOnlyList<FixtureDisk> Get()
    {
        var folder = FixtureStore.Default.Folder(Recipe);
        return [.. Disks.Select(disk => new FixtureDisk(Path.Combine(folder, disk.File), disk.Format))];
    }

    /// <summary>The path of the only disk.</summary>
    /// <exception cref="InvalidOperationException">The fixture has several disks.</exception>
    public string GetPath() => Get().Single().Path;

    /// <summary>A copy of the only disk that a test may write to.</summary>
    public string CopyTo(string folder)
    {
        var disk = Get().Single();
        var copy = Path.Combine(folder, Path.GetFileName(disk.Path));
        File.Copy(disk.Path, copy);
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return copy;
    }
}

/// <summary>A disk image of a fixture.</summary>
/// <param name="Path">Absolute path. The file is shared by all tests: never write to it.</param>
/// <param name="Format">raw, qcow2, ...</param>
public sealed record FixtureDisk(string Path, string Format);
