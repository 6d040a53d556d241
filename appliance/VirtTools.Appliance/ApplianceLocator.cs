using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>
/// Finds the appliance that a command starts: on LIBGUESTFS_PATH if that is set, else what the user has installed, what the system has installed,
/// what was built before; and builds one where that is possible.
/// </summary>
internal sealed class ApplianceLocator
{
    /// <summary>Where distribution packages put an appliance.</summary>
    public const string SystemFolder = "/usr/lib/virttools";

    /// <summary>The name of the daemon's binary, which lies beside the commands.</summary>
    public const string DaemonName = "virttoolsd";

    private const string Remedy = "run: dotnet tool install -g virt-appliance && virt-appliance install";

    private readonly string? searchPath;
    private readonly string systemFolder;
    private readonly Func<ApplianceStore> openStore;

    /// <summary>A locator for this process.</summary>
    /// <param name="searchPath">The folders to look in, separated by colons, in place of LIBGUESTFS_PATH; null for that variable.</param>
    public ApplianceLocator(string? searchPath = null)
        : this(searchPath ?? Environment.GetEnvironmentVariable("LIBGUESTFS_PATH"), SystemFolder, () => new(CacheFolder.Open()))
    {
    }

    internal ApplianceLocator(string? searchPath, string systemFolder, Func<ApplianceStore> openStore)
    {
        this.searchPath = searchPath;
        this.systemFolder = systemFolder;
        this.openStore = openStore;
    }

    /// <summary>The daemon that belongs to the running command; null where it came without one.</summary>
    public static string? Daemon => Path.Combine(AppContext.BaseDirectory, DaemonName) is var path && File.Exists(path) ? path : null;

    /// <summary>Finds an appliance that is there already.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ApplianceException">The search path holds none, or one that this version cannot use.</exception>
    public ApplianceFiles? Find()
    {
        if (!string.IsNullOrEmpty(searchPath))
        {
            // An empty element is the current folder.
            return searchPath.Split(':').Select(folder => ApplianceFolder.TryRead(folder.Length == 0 ? "." : folder)).FirstOrDefault(found => found is not null)
                ?? throw new ApplianceException(
                    $"no appliance (the files {ApplianceFiles.KernelName}, {ApplianceFiles.InitrdName} and {ApplianceFiles.RootName}) "
                    + $"in LIBGUESTFS_PATH, which is {searchPath}: unset it or correct it");
        }

        var store = TryOpenStore();
        return store?.Installed ?? ApplianceFolder.TryRead(systemFolder) ?? store?.Built;
    }

    /// <summary>Finds an appliance, and builds one if there is none and the host has apt.</summary>
    /// <exception cref="ApplianceException">There is none and none can be built; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ApplianceFiles FindOrBuild(IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        if (Find() is { } found)
        {
            return found;
        }

        if (!HostPrograms.CanBuild || Daemon is not { } daemon)
        {
            throw new ApplianceException($"there is no appliance yet, and none can be built here; {Remedy}");
        }

        return openStore().EnsureBuilt(new(daemon), progress, cancellationToken);
    }

    /// <summary><see cref="FindOrBuild"/> on a thread of its own.</summary>
    /// <exception cref="ApplianceException">There is none and none can be built; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ApplianceFiles> FindOrBuildAsync(IProgress<BuildProgress>? progress, CancellationToken cancellationToken) =>
        DedicatedThread.Run("appliance", () => FindOrBuild(progress, cancellationToken));

    // A cache that cannot be used is no reason to overlook the system's appliance.
    private ApplianceStore? TryOpenStore()
    {
        try
        {
            return openStore();
        }
        catch (ApplianceException)
        {
            return null;
        }
    }
}
