namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>A program that Windows can uninstall; what its key does not say is empty.</summary>
/// <param name="Name">Name of its key.</param>
/// <param name="DisplayName">Name for people.</param>
internal sealed record WindowsApplication(
    string Name, string DisplayName, string Version, string InstallPath, string Publisher, string Url, string Description)
{
    /// <summary>The same as the API lists it.</summary>
    public Application2 ToApplication() => new(
        Name, DisplayName, 0, Version, "", "", InstallPath, "", Publisher, Url, "", "", Description, "", "", "", "");
}

/// <summary>
/// The programs that Windows lists for uninstalling: of the machine, of the machine's other word size, and of each user. The guest is mounted.
/// </summary>
internal static class WindowsApplications
{
    private const int MostUsers = 1000;
    private const int MostApplications = 20_000;
    private const string UserHive = "NTUSER.DAT";

    private static readonly string[] MachineKeys =
        [@"Microsoft\Windows\CurrentVersion\Uninstall", @"WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall"];

    private static readonly string[] UserKeys = [.. MachineKeys.Select(key => @"Software\" + key)];

    private static readonly string[] UserFolders = ["/Users", "/Documents and Settings"];

    /// <summary>Reads all of them, those of the machine first.</summary>
    /// <param name="files">The guest's files.</param>
    /// <param name="softwareHive">Path of the hive SOFTWARE; null where there is none.</param>
    public static List<WindowsApplication> Read(GuestFiles files, string? softwareHive)
    {
        var paths = new WindowsPaths(files.Root, heedsCase: true);
        var found = new List<WindowsApplication>();
        AddFrom(softwareHive, MachineKeys);
        foreach (var folder in UserFolders.Select(paths.Find).OfType<string>().Where(folder => files.IsFolder(folder) && !files.IsLink(folder)))
        {
            foreach (var user in paths.FoldersIn(folder, MostUsers))
            {
                AddFrom(paths.Find($"{folder}/{user}/{UserHive}"), UserKeys);
            }
        }

        return found;

        void AddFrom(string? path, string[] keys)
        {
            using var hive = HiveFile.Open(files, paths, path);
            foreach (var key in keys)
            {
                Add(hive?.Hive.Find(key.Split('\\')), found);
            }
        }
    }

    /// <summary>Adds the programs of a key. Updates and parts of others have no name for people, and Windows does not list them either.</summary>
    internal static void Add(RegistryKey? uninstall, List<WindowsApplication> found)
    {
        foreach (var key in uninstall?.Subkeys() ?? [])
        {
            if (found.Count >= MostApplications)
            {
                return;
            }

            var texts = Texts(key);
            if (texts.TryGetValue("DisplayName", out var name) && name.Length > 0)
            {
                found.Add(new(
                    key.Name, name, Text("DisplayVersion"), Text("InstallLocation"), Text("Publisher"), Text("URLInfoAbout"), Text("Comments")));
            }

            string Text(string value) => texts.GetValueOrDefault(value, "");
        }
    }

    // One pass over the values, the first of a name counts.
    private static Dictionary<string, string> Texts(RegistryKey key)
    {
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in key.Values())
        {
            if (value.Text is { } text)
            {
                texts.TryAdd(value.Name, text);
            }
        }

        return texts;
    }
}
