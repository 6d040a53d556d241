using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Store;

/// <summary>A guest that tests ask for by name: one or more disks that recipes make.</summary>
/// <param name="Name">Its name on the command line and in recordings.</param>
/// <param name="Description">What is in it, in one line.</param>
/// <param name="Sources">Where its disks come from, in the order in which the guest has them.</param>
public sealed record Fixture(string Name, string Description, params IReadOnlyList<RecipeDisk> Sources)
{
    /// <summary>Whether the same programs make the same bytes each time, so that recorded outputs of the original hold for it.</summary>
    public bool IsReproducible => Sources.All(source => source.Recipe.IsReproducible);

    /// <summary>The disks, built now if that was not done before.</summary>
    public IReadOnlyList<FixtureDisk> Get() =>
        [.. Sources.Select(disk => new FixtureDisk(Path.Combine(FixtureStore.Default.Folder(disk.Recipe), disk.File), disk.Format))];

    /// <summary>The path of the only disk.</summary>
    /// <exception cref="InvalidOperationException">The fixture has several disks.</exception>
    public string GetPath() => Get().Single().Path;

    /// <summary>A copy of the only disk that a test may write to.</summary>
    public string CopyTo(string folder)
    {
        var disk = GetPath();
        var copy = Path.Combine(folder, Path.GetFileName(disk));
        SparseFile.Copy(disk, copy);
        return copy;
    }
}

/// <summary>A disk out of a recipe's folder.</summary>
/// <param name="Recipe">What makes it.</param>
/// <param name="File">Its file name. What it names as backing files lies beside it.</param>
/// <param name="Format">raw, qcow2 or vmdk.</param>
public sealed record RecipeDisk(Recipe Recipe, string File, string Format);

/// <summary>A disk image of a fixture.</summary>
/// <param name="Path">Absolute path. The file is shared by all tests: never write to it.</param>
/// <param name="Format">raw, qcow2 or vmdk.</param>
public sealed record FixtureDisk(string Path, string Format);
