using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>The appliances in the cache folder: each in a folder named by its build id, and two links to those in use.</summary>
internal sealed class ApplianceStore(CacheFolder cache)
{
    private const string Appliances = "appliances";
    private const string InstalledLink = "installed";
    private const string BuiltLink = "built";
    private const string MakingLock = "appliance";

    /// <summary>The appliance that the user has installed; null where there is none that this version can use.</summary>
    public ApplianceFiles? Installed => TryRead(InstalledLink);

    /// <summary>The appliance that was built last; null where there is none that this version can use.</summary>
    public ApplianceFiles? Built => TryRead(BuiltLink);

    /// <summary>The appliance that was built before, or a new one. Of many processes at once one builds, the others wait for it.</summary>
    /// <exception cref="ApplianceException">It cannot be built.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ApplianceFiles EnsureBuilt(BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        using var making = Lock(progress, cancellationToken);
        return Built ?? BuildLocked(request, progress, cancellationToken);
    }

    /// <summary>Builds an appliance and makes it the one that commands find.</summary>
    /// <exception cref="ApplianceException">It cannot be built.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ApplianceFiles Build(BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        using var making = Lock(progress, cancellationToken);
        return BuildLocked(request, progress, cancellationToken);
    }

    /// <summary>Builds an appliance into a folder of the caller's.</summary>
    /// <exception cref="ApplianceException">It cannot be built, or the folder holds something else.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ApplianceManifest BuildInto(
        string folder, BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        using var making = Lock(progress, cancellationToken);
        var builder = new ApplianceBuilder(cache.Path);
        var plan = builder.Plan(request, progress, cancellationToken);
        return ApplianceOutput.Replace(folder, output => builder.Make(plan, output, progress, cancellationToken));
    }

    /// <summary>Copies a complete appliance into the cache and makes it the one that commands find.</summary>
    /// <exception cref="ApplianceException">The folder holds no appliance of ours.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ApplianceFiles Install(string folder, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        var source = ApplianceFolder.TryRead(folder);
        if (source?.Manifest is not { } manifest)
        {
            throw new ApplianceException($"{folder} holds no appliance that virt-appliance has built; name the folder of one");
        }

        using var making = Lock(progress, cancellationToken);
        return Publish(manifest.BuildId, InstalledLink, output =>
        {
            Directory.CreateDirectory(output);
            ApplianceCopy.Copy(source, folder, output, progress, cancellationToken);
        });
    }

    private ApplianceFiles BuildLocked(BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        var builder = new ApplianceBuilder(cache.Path);
        var plan = builder.Plan(request, progress, cancellationToken);
        if (TryReadFolder($"{Appliances}/{plan.BuildId}") is { } same)
        {
            Link(plan.BuildId, BuiltLink);
            return same;
        }

        return Publish(plan.BuildId, BuiltLink, output => builder.Make(plan, output, progress, cancellationToken));
    }

    // The folder gets its name when it is complete, the link changes in one step.
    private ApplianceFiles Publish(string buildId, string link, Action<string> make)
    {
        var folder = $"{cache.Path}/{Appliances}/{buildId}";
        var making = $"{cache.Path}/{ApplianceBuilder.ScratchPrefix}{buildId}";
        try
        {
            make(making);
        }
        catch
        {
            DeleteLeftovers();
            throw;
        }

        Directory.CreateDirectory($"{cache.Path}/{Appliances}");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(making, folder);
        Link(buildId, link);
        DeleteUnused();
        return ApplianceFolder.TryRead(folder) ?? throw new ApplianceException($"{folder}: the appliance vanished while it was put into the cache; try again");
    }

    private void Link(string buildId, string link)
    {
        var newLink = $"{cache.Path}/{ApplianceBuilder.ScratchPrefix}{link}";
        Descriptors.CreateSymbolicLink($"{Appliances}/{buildId}", newLink);
        Descriptors.Rename(newLink, $"{cache.Path}/{link}");
    }

    // The folder behind the link, so that a later build does not change what was found.
    private ApplianceFiles? TryRead(string link) =>
        new DirectoryInfo($"{cache.Path}/{link}").LinkTarget is { } target ? TryReadFolder(target) : null;

    private ApplianceFiles? TryReadFolder(string folder)
    {
        try
        {
            return ApplianceFolder.TryRead($"{cache.Path}/{folder}");
        }
        catch (ApplianceException)
        {
            // Of an older version or damaged: as good as none, it is made again.
            return null;
        }
    }

    private CacheLock Lock(IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        var taken = cache.LockForMaking(MakingLock, LockWait.Refuse);
        while (taken is null)
        {
            progress?.Report(new("waiting for another process that builds it", 0));
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
            cancellationToken.ThrowIfCancellationRequested();
            taken = cache.LockForMaking(MakingLock, LockWait.Refuse);
        }

        DeleteLeftovers();
        return taken;
    }

    // Whatever is in the making while we hold the lock, and do not make it ourselves, was left by a build that was ended.
    private void DeleteLeftovers()
    {
        foreach (var entry in new DirectoryInfo(cache.Path).GetFileSystemInfos(ApplianceBuilder.ScratchPrefix + "*"))
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    // Only while nobody uses the cache: another process may just have found an older appliance.
    private void DeleteUnused()
    {
        using var alone = cache.TryLockExclusive();
        if (alone is null)
        {
            return;
        }

        string[] links = [InstalledLink, BuiltLink];
        var used = links.Select(link => new DirectoryInfo($"{cache.Path}/{link}").LinkTarget).ToHashSet();
        foreach (var folder in Directory.GetDirectories($"{cache.Path}/{Appliances}"))
        {
            if (!used.Contains($"{Appliances}/{Path.GetFileName(folder)}"))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
