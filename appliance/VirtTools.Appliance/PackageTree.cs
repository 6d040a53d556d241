namespace VirtTools.Appliance;

/// <summary>The unpacked packages: what will be the root file system.</summary>
internal sealed class PackageTree(string path)
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The mode of an ordinary file, 0644.</summary>
    public const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] MergedFolders = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"];

    /// <summary>Its folder on the host.</summary>
    public string Path => path;

    /// <summary>Unpacks package files into the tree, several at once: no two packages own the same file.</summary>
    /// <exception cref="ApplianceException">A file is damaged.</exception>
    public void Unpack(IReadOnlyList<string> files, Action<int> unpacked, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        var count = 0;

        // The largest first: the kernel alone takes as long as all the rest.
        EachAtOnce.Run(
            files.OrderByDescending(file => new FileInfo(file).Length),
            file =>
            {
                HostPrograms.RunOnHost("dpkg-deb", ["--extract", file, path], [], null, cancellationToken);
                unpacked(Interlocked.Increment(ref count));
            },
            cancellationToken);
    }

    /// <summary>Moves /bin, /lib and /sbin into /usr and leaves links behind, as every installed Debian 12 has it.</summary>
    public void MergeUsr()
    {
        foreach (var name in MergedFolders)
        {
            var folder = $"{path}/{name}";
            if (Directory.Exists(folder) && new DirectoryInfo(folder).LinkTarget is null)
            {
                Merge(folder, $"{path}/usr/{name}", $"/usr/{name}");
                Directory.Delete(folder);
            }

            if (Directory.Exists($"{path}/usr/{name}") && !Directory.Exists(folder))
            {
                File.CreateSymbolicLink(folder, $"usr/{name}");
            }
        }
    }

    /// <summary>Deletes what the recipe leaves out, and the folders that are empty by that.</summary>
    public void Prune() => PruneFolder(path, "");

    /// <summary>Writes a file with mode 0644, whatever the umask.</summary>
    public void WriteFile(string name, string content)
    {
        var file = path + name;
        MakeFolder(name[..name.LastIndexOf('/')]);
        File.Delete(file);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, FileMode);
    }

    /// <summary>Moves a file of the host into the tree, with mode 0644.</summary>
    public void MoveFile(string source, string name)
    {
        MakeFolder(name[..name.LastIndexOf('/')]);
        File.Move(source, path + name, overwrite: true);
        File.SetUnixFileMode(path + name, FileMode);
    }

    /// <summary>Makes a folder and its parents with mode 0755, whatever the umask.</summary>
    public void MakeFolder(string name)
    {
        var folder = path;
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder += "/" + part;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                File.SetUnixFileMode(folder, FolderMode);
            }
        }
    }

    /// <summary>Makes a symbolic link unless a package has brought a file of that name.</summary>
    public void MakeLink(string name, string target)
    {
        if (!File.Exists(path + name) && new FileInfo(path + name).LinkTarget is null)
        {
            MakeFolder(name[..name.LastIndexOf('/')]);
            File.CreateSymbolicLink(path + name, target);
        }
    }

    /// <summary>Sets the mode of the topmost folder: it is the caller's umask otherwise.</summary>
    public void SetRootMode() => File.SetUnixFileMode(path, FolderMode);

    /// <summary>Every regular file, as path from the root of the tree ("/usr/bin/ls"), sorted.</summary>
    public IEnumerable<string> Files() =>
        Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => file[path.Length..])
            .Order(StringComparer.Ordinal);

    /// <summary>Every entry: files, links and folders; links are not followed, since absolute ones would lead out to the host.</summary>
    public IEnumerable<FileSystemInfo> Entries() => EntriesOf(new DirectoryInfo(path));

    private static IEnumerable<FileSystemInfo> EntriesOf(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().SelectMany(entry =>
            entry is DirectoryInfo { LinkTarget: null } subfolder ? EntriesOf(subfolder).Prepend(entry) : [entry]);

    private static void Merge(string from, string to, string shownTo)
    {
        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, FolderMode);
        foreach (var entry in new DirectoryInfo(from).GetFileSystemInfos())
        {
            var target = $"{to}/{entry.Name}";
            if (entry is DirectoryInfo && entry.LinkTarget is null && Directory.Exists(target))
            {
                Merge(entry.FullName, target, $"{shownTo}/{entry.Name}");
                Directory.Delete(entry.FullName);
            }
            else if (entry.LinkTarget is not null && (File.Exists(target) || Directory.Exists(target)))
            {
                // A compatibility link from / to the same name in /usr would point to itself.
                entry.Delete();
            }
            else if (entry is DirectoryInfo folder && entry.LinkTarget is null)
            {
                folder.MoveTo(target);
            }
            else
            {
                File.Move(entry.FullName, target, overwrite: false);
            }
        }
    }

    private static bool PruneFolder(string folder, string shown)
    {
        var kept = false;
        var pruned = false;
        foreach (var entry in new DirectoryInfo(folder).GetFileSystemInfos())
        {
            var name = $"{shown}/{entry.Name}";
            var isFolder = entry is DirectoryInfo && entry.LinkTarget is null;
            if (!ApplianceRecipe.Keeps(isFolder ? name + "/" : name))
            {
                if (isFolder)
                {
                    Directory.Delete(entry.FullName, recursive: true);
                }
                else
                {
                    entry.Delete();
                }

                pruned = true;
            }
            else if (isFolder && !PruneFolder(entry.FullName, name))
            {
                Directory.Delete(entry.FullName);
                pruned = true;
            }
            else
            {
                kept = true;
            }
        }

        // A folder that a package ships empty stays: programs expect it.
        return kept || !pruned;
    }
}
