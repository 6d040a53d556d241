namespace VirtTools.Fixtures.Building;

/// <summary>A folder for what a recipe needs on the way; removed at the end.</summary>
public sealed class WorkFolder : IDisposable
{
    private readonly string path;
    private int count;

    /// <summary>Makes it inside the recipe's folder, so that files can be moved out of it.</summary>
    public WorkFolder(string parent) => path = Directory.CreateDirectory(Path.Combine(parent, "work")).FullName;

    /// <summary>A path where nothing is yet.</summary>
    public string New() => Path.Combine(path, $"{Interlocked.Increment(ref count)}");

    /// <summary>A new file of this many MiB of zeros.</summary>
    public string Blank(int size)
    {
        var file = New();
        SparseFile.Create(file, (long)size << 20);
        return file;
    }

    /// <summary>Writes the tree to a new tar archive.</summary>
    public string Tar(GuestTree tree)
    {
        var file = New();
        tree.WriteTar(file);
        return file;
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Remove(path);

    /// <summary>
    /// Removes a folder whatever is in it. .NET cannot delete names that are not valid UTF-8, and nobody but root can
    /// delete from a guest's folder without write permission.
    /// </summary>
    public static void Remove(string folder)
    {
        Programs.Chmod.Run("-R", "u+rwX", folder);
        Programs.Rm.Run("-r", "-f", "--one-file-system", folder);
    }
}
