using System.Security.Cryptography;

namespace VirtTools.Appliance;

/// <summary>What to build.</summary>
/// <param name="Daemon">The path of the daemon's binary.</param>
/// <param name="Mirror">The archive to fetch packages from; null for the host's.</param>
/// <param name="Locked">Build exactly the packages of this manifest; null for the newest.</param>
internal sealed record BuildRequest(string Daemon, string? Mirror = null, ApplianceManifest? Locked = null);

/// <summary>Builds an appliance from Debian packages, without root and without touching the host.</summary>
/// <param name="workFolder">Where package lists, package files and what is in the making are kept.</param>
internal sealed class ApplianceBuilder(string workFolder)
{
    /// <summary>The file with the licences of all packages.</summary>
    public const string LicencesName = "LICENCES";

    private readonly string packagesFolder = $"{workFolder}/packages";

    /// <summary>Fetches the packages, which decides what the build id will be.</summary>
    /// <exception cref="ApplianceException">They cannot be had; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public BuildPlan Plan(BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        HostPrograms.Check();
        var daemon = ReadDaemon(request.Daemon);
        return Guard(() =>
        {
            Directory.CreateDirectory(packagesFolder);
            var files = new PackageFetch(workFolder, packagesFolder, progress).Fetch(request, cancellationToken);
            progress?.Report(new("reading packages", PackageFetch.DownloadDone));
            return new BuildPlan(daemon, files, new PackageDescriptions(packagesFolder).Describe(files, cancellationToken));
        });
    }

    /// <summary>Builds into a folder, which must not exist.</summary>
    /// <returns>The manifest, which is also written there.</returns>
    /// <exception cref="ApplianceException">It cannot be built; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is left but fetched packages.</exception>
    public ApplianceManifest Make(BuildPlan plan, string output, IProgress<BuildProgress>? progress, CancellationToken cancellationToken) =>
        Guard(() =>
        {
            var scratch = Directory.CreateDirectory($"{workFolder}/{ScratchPrefix}{Guid.NewGuid():N}").FullName;
            try
            {
                var tree = new PackageTree($"{scratch}/tree");
                tree.Unpack(
                    [.. plan.Files.Select(file => $"{packagesFolder}/{file.FileName}")],
                    done => progress?.Report(new("unpacking packages", 0.45 + (0.25 * done / plan.Files.Count))),
                    cancellationToken);
                Directory.CreateDirectory(output);
                return Assemble(tree, plan, scratch, output, progress, cancellationToken);
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }
        });

    // A full disk and the like: one sentence, and where.
    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApplianceException($"the appliance cannot be built in {workFolder}: {e.Message}; make room there, or set TMPDIR to another folder", e);
        }
    }

    /// <summary>What folders that a build makes in the work folder begin with; one that is there while nobody builds is left from a killed build.</summary>
    public const string ScratchPrefix = "build-";

    private ApplianceManifest Assemble(
        PackageTree tree, BuildPlan plan, string scratch, string output, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new("preparing the files", 0.7));
        tree.MergeUsr();
        LicenceTexts.Write(tree, $"{output}/{LicencesName}");
        ExtractKernel(tree, scratch, $"{output}/{ApplianceFiles.KernelName}", out var kernelVersion, cancellationToken);
        tree.Prune();

        var modulesFolder = $"{tree.Path}/usr/lib/modules/{kernelVersion}";
        var modules = SelectModules(tree, kernelVersion, modulesFolder, cancellationToken);
        foreach (var folder in ApplianceRecipe.Folders)
        {
            tree.MakeFolder(folder);
        }

        foreach (var (path, content) in ApplianceRecipe.Configuration)
        {
            tree.WriteFile(path, content);
        }

        foreach (var (name, target) in ApplianceRecipe.Links)
        {
            tree.MakeLink(name, target);
        }

        UnrunnablePrograms.Remove(tree);
        RehearsalDisk.Write(tree, scratch, cancellationToken);
        tree.SetRootMode();
        new LibraryWalk(tree.Path).Check(tree.Files());

        progress?.Report(new("writing the initrd", 0.8));
        using (var initrd = File.Create($"{output}/{ApplianceFiles.InitrdName}"))
        {
            InitrdImage.Write(initrd, tree, plan.Daemon, modulesFolder, modules.InLoadOrder(ApplianceRecipe.BootModules));
        }

        progress?.Report(new("writing the root file system", 0.85));
        RootImage.Write($"{output}/{ApplianceFiles.RootName}", tree, plan.RootUuid, scratch, cancellationToken);

        progress?.Report(new("checking", 0.95));
        var manifest = new ApplianceManifest(
            ApplianceManifest.CurrentFormat,
            plan.BuildId,
            ApplianceManifest.CurrentHandleVersion,
            ApplianceRecipe.Suite,
            kernelVersion,
            plan.RootUuid,
            plan.DaemonSha256,
            Describe($"{output}/{ApplianceFiles.KernelName}"),
            Describe($"{output}/{ApplianceFiles.InitrdName}"),
            Describe($"{output}/{ApplianceFiles.RootName}"),
            plan.Packages);
        File.WriteAllBytes($"{output}/{ApplianceManifest.FileName}", manifest.ToJson());
        progress?.Report(new("done", 1));
        return manifest;
    }

    private static byte[] ReadDaemon(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException e)
        {
            throw new ApplianceException($"{path}: the daemon, which goes into the appliance, cannot be read: {e.Message}; install virt-appliance again, or name another with --daemon", e);
        }
    }

    private static void ExtractKernel(PackageTree tree, string scratch, string output, out string version, CancellationToken cancellationToken)
    {
        const string Prefix = "vmlinuz-";
        var images = Directory.GetFiles($"{tree.Path}/boot", Prefix + "*");
        if (images is not [var image])
        {
            throw new ApplianceException($"the kernel package holds {images.Length} kernels, not one");
        }

        version = Path.GetFileName(image)[Prefix.Length..];
        using (var compressed = File.Create($"{scratch}/vmlinux.xz"))
        {
            compressed.Write(KernelImage.FindXzStream(File.ReadAllBytes(image), image).Span);
        }

        new TreePrograms(tree.Path).Run("usr/bin/xz", "xz", ["--decompress", "--force", $"{scratch}/vmlinux.xz"], [], cancellationToken);
        var kernel = File.ReadAllBytes($"{scratch}/vmlinux").AsSpan();
        if (!KernelImage.HasPvhEntry(kernel))
        {
            throw new ApplianceException($"the kernel {version} has no PVH entry, so QEMU cannot start it uncompressed");
        }

        File.WriteAllBytes(output, KernelImage.Trim(kernel));
    }

    // depmod twice: first for the dependencies of all modules, then for the index of those that stay.
    private static KernelModules SelectModules(PackageTree tree, string version, string folder, CancellationToken cancellationToken)
    {
        RunDepmod(tree, version, cancellationToken);
        var modules = KernelModules.Parse(File.ReadAllText($"{folder}/modules.dep"));
        const string Prefix = "kernel/";
        var kept = modules.WithDependencies(modules.Paths.Where(path => ApplianceRecipe.KeepsModule(path[Prefix.Length..])).Order(StringComparer.Ordinal));
        foreach (var path in modules.Paths.Where(path => !kept.Contains(path)))
        {
            File.Delete($"{folder}/{path}");
        }

        DeleteEmptyFolders(folder);
        foreach (var path in kept)
        {
            File.WriteAllBytes($"{folder}/{path}", ModuleTrim.Trim(File.ReadAllBytes($"{folder}/{path}"), path).Span);
        }

        RunDepmod(tree, version, cancellationToken);
        foreach (var index in Directory.GetFiles(folder))
        {
            // depmod leaves the mode to the umask.
            File.SetUnixFileMode(index, PackageTree.FileMode);
        }

        return modules;
    }

    private static void RunDepmod(PackageTree tree, string version, CancellationToken cancellationToken)
    {
        // An empty configuration: the host's must not be read.
        const string NoConfiguration = "/dev/null";
        new TreePrograms(tree.Path).Run("usr/bin/kmod", "depmod", ["-b", tree.Path, "-C", NoConfiguration, version], [], cancellationToken);
    }

    private static void DeleteEmptyFolders(string folder)
    {
        foreach (var subfolder in Directory.GetDirectories(folder))
        {
            DeleteEmptyFolders(subfolder);
            if (!Directory.EnumerateFileSystemEntries(subfolder).Any())
            {
                Directory.Delete(subfolder);
            }
        }
    }

    private static ManifestFile Describe(string path)
    {
        using var stream = File.OpenRead(path);
        return new(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
