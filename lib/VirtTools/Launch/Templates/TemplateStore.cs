using VirtTools.Appliance;
using VirtTools.Posix;

namespace VirtTools.Launch.Templates;

/// <summary>The templates in the cache folder: each in a folder named by its key.</summary>
internal sealed class TemplateStore
{
    private const string FolderName = "templates";
    private const string MakingName = "making";
    private const string MakingLock = "template";
    private const uint PrivateMode = 0x1C0; // 0700
    private const uint ReadOnlyMode = 0x100; // 0400
    private const int LockPauseMilliseconds = 20;

    /// <summary>A template is about a tenth of the appliance's memory; with less room than this none is made.</summary>
    private const long LeastRoom = 256L * 1024 * 1024;

    /// <summary>More templates than this, or more room for all, and the oldest go.</summary>
    private const int MostTemplates = 8;
    private const long MostRoom = 1024L * 1024 * 1024;

    /// <summary>Templates share KASLR and stack canaries among all that is resumed from them, so they do not live long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly string cachePath;
    private readonly TimeProvider time;

    private TemplateStore(string cachePath, TimeProvider time)
    {
        this.cachePath = cachePath;
        this.time = time;
    }

    /// <summary>Where the templates are.</summary>
    public string Folder => $"{cachePath}/{FolderName}";

    /// <summary>
    /// The store of a cache folder. QEMU maps a template's memory, which no network file system should hold: then it is a folder of this machine.
    /// </summary>
    /// <param name="cachePath">A cache folder that was found safe.</param>
    /// <param name="time">The clock, for tests.</param>
    /// <returns>Null where there is no place.</returns>
    public static TemplateStore? Open(string cachePath, TimeProvider? time = null)
    {
        try
        {
            if (Descriptors.FileSystemOf(cachePath).IsRemote)
            {
                cachePath = CacheFolder.Open($"/var/tmp/virttools-{UserIdentity.Effective}").Path;
            }

            return new(cachePath, time ?? TimeProvider.System);
        }
        catch (Exception e) when (e is PosixException or ApplianceException)
        {
            return null;
        }
    }

    /// <summary>Opens a template; one that is damaged or too old is deleted.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="trace">Hears why a template was deleted.</param>
    public Template? Find(string key, Action<string> trace)
    {
        var folder = $"{Folder}/{key}";
        var template = Template.TryOpen(folder, out var objection);
        if (template is not null && !IsFresh(template.Manifest))
        {
            objection = $"it is older than {Lifetime.TotalDays} days";
            template.Dispose();
            template = null;
        }

        if (objection is not null)
        {
            trace($"the template {key} is thrown away: {objection}");
            Delete(folder);
        }

        return template;
    }

    /// <summary>Finds a template, or has one made: of many processes at once one makes it, the others wait.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="make">Fills a folder with a template's files and returns its manifest without the identities of the files.</param>
    /// <param name="trace">Hears why there is none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null where there is no room, or the folder cannot be written.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Template? FindOrMake(string key, Func<string, TemplateManifest> make, Action<string> trace, CancellationToken cancellationToken)
    {
        if (Find(key, trace) is { } found)
        {
            return found;
        }

        try
        {
            if (Descriptors.FileSystemOf(cachePath).FreeBytes is var free && free < LeastRoom)
            {
                trace($"no template is made: only {free / (1024 * 1024)} MiB are free in {cachePath}");
                return null;
            }

            var cache = CacheFolder.Open(cachePath);
            using var making = LockForMaking(cache, cancellationToken);
            return Find(key, trace) ?? MakeLocked(key, cache, make, trace);
        }
        catch (Exception e) when (e is PosixException or ApplianceException or IOException or UnauthorizedAccessException)
        {
            trace($"no template is made: {e.Message}");
            return null;
        }
    }

    /// <summary>Deletes all templates.</summary>
    public void DeleteAll()
    {
        foreach (var folder in Folders())
        {
            Delete(folder);
        }
    }

    /// <summary>The folders of all templates, the one in the making left out.</summary>
    public IReadOnlyList<string> Folders() =>
        Directory.Exists(Folder) ? [.. Directory.GetDirectories(Folder).Where(path => Path.GetFileName(path) != MakingName)] : [];

    private Template? MakeLocked(string key, CacheFolder cache, Func<string, TemplateManifest> make, Action<string> trace)
    {
        // Cleaning waits until nobody holds this.
        using var use = cache.LockShared();
        var making = $"{Folder}/{MakingName}";
        if (!Directory.Exists(Folder))
        {
            Descriptors.CreateDirectory(Folder, PrivateMode);
        }

        // Whatever is in the making while we hold the lock was left by a process that was killed.
        DeleteFolder(making);
        Descriptors.CreateDirectory(making, PrivateMode);
        try
        {
            var manifest = make(making);
            Seal(making, manifest);
            Publish(making, $"{Folder}/{key}");
            DeleteSurplus($"{Folder}/{key}");
            return Find(key, trace);
        }
        finally
        {
            DeleteFolder(making);
        }
    }

    // The identities are taken last: mode and rename of the folder change nothing about the files any more.
    private static void Seal(string folder, TemplateManifest manifest)
    {
        var sealedManifest = manifest with
        {
            Memory = manifest.Memory with { Identity = SealFile($"{folder}/{Template.MemoryName}") },
            State = manifest.State with { Identity = SealFile($"{folder}/{Template.StateName}") },
        };
        using var file = Descriptors.Open(
            $"{folder}/{TemplateManifest.FileName}", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, ReadOnlyMode);
        Descriptors.WriteAll(file, sealedManifest.ToJson());
        Descriptors.Synchronize(file);
    }

    private static FileIdentity SealFile(string path)
    {
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow);
        Descriptors.ChangeMode(file, ReadOnlyMode);
        Descriptors.Synchronize(file);
        return FileIdentity.Of(Descriptors.Stat(file));
    }

    private static void Publish(string making, string folder)
    {
        DeleteFolder(folder);
        Descriptors.Rename(making, folder);
    }

    private CacheLock LockForMaking(CacheFolder cache, CancellationToken cancellationToken)
    {
        CacheLock? taken;
        while ((taken = cache.LockForMaking(MakingLock, LockWait.Refuse)) is null)
        {
            cancellationToken.WaitHandle.WaitOne(LockPauseMilliseconds);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return taken;
    }

    private bool IsFresh(TemplateManifest manifest)
    {
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(manifest.Made);

        // Made in the future: a clock was wrong, and nobody knows how old it is.
        return age < Lifetime && age > -TimeSpan.FromHours(1);
    }

    private void DeleteSurplus(string kept)
    {
        var room = 0L;
        var count = 0;
        foreach (var folder in Folders().Where(path => path != kept).OrderByDescending(Directory.GetLastWriteTimeUtc).Prepend(kept))
        {
            using var template = Template.TryOpen(folder, out _);
            room += template is null ? 0 : Descriptors.Stat(template.Memory).Blocks * 512;
            if (folder != kept && (++count >= MostTemplates || room > MostRoom || template is null || !IsFresh(template.Manifest)))
            {
                Delete(folder);
            }
        }
    }

    /// <summary>Deletes a template that turned out to be of no use. One that cannot be deleted is no reason to fail: it is looked at again next time.</summary>
    public static void Delete(string folder)
    {
        try
        {
            DeleteFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
