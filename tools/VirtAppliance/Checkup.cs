using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VirtTools.Launch;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.Appliance.Command;

/// <summary>The checks of virt-appliance doctor.</summary>
internal static class Checkup
{
    // A template is the memory of an appliance that has booted, mostly holes.
    private const long LeastCacheSpace = 256 * 1024 * 1024;
    private const long LeastTemporarySpace = 64 * 1024 * 1024;
    private static readonly TimeSpan ProgramDeadline = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<Check> All { get; } =
    [
        new("system", null, At(System)),
        new("qemu", null, At(Qemu)),
        new("kvm", null, At(Kvm), CheckWeight.ForSome),
        new("memory", null, At(HostCheckup.Memory), CheckWeight.ForSome),
        new("open files", null, At(HostCheckup.OpenFiles), CheckWeight.ForSome),
        new("landlock", null, At(HostCheckup.Landlock), CheckWeight.ForSome),
        new("temporary folder", null, At(TemporaryFolder)),
        new("cache folder", null, At(Cache)),
        new("appliance", null, At(Appliance)),
        new("templates", "cache folder", TemplatesAsync),
        new("launch", "appliance", LaunchTrial.RunAsync),
        new("programs", null, At(HostCheckup.Programs), CheckWeight.ForSome),
        new("libvirt", null, SourceCheckup.LibvirtAsync, CheckWeight.ForSome),
        new("disks behind servers", "appliance", SourceCheckup.ServersAsync, CheckWeight.ForSome),
        new("ssh", null, At(SourceCheckup.Ssh), CheckWeight.ForSome),
        new("certificates", null, At(SourceCheckup.Certificates), CheckWeight.ForSome),
    ];

    // Those that only look are done before anybody could interrupt them.
    private static Func<CancellationToken, Task<string>> At(Func<string> look) => _ => Task.FromResult(look());

    private static string System() =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? RuntimeInformation.OSDescription
            : throw new CheckFailedException(
                $"{RuntimeInformation.OSDescription} on {RuntimeInformation.ProcessArchitecture}", "use Linux on x86-64, for which the appliance is built");

    private static string Qemu()
    {
        try
        {
            using var handle = new Guestfs();
            var path = handle.GetHv();
            var result = ChildProcess.Run([path, "-version"], new RunOptions { Deadline = ProgramDeadline });
            if (!result.IsSuccess)
            {
                throw new CheckFailedException($"{path} -version {result.Ending}: {result.ErrorText}", "install it again, or set LIBGUESTFS_HV to another QEMU");
            }

            var line = result.OutputText.Split('\n')[0];
            return VersionIn(line) is { } version && version < ApplianceLauncher.OldestQemu
                ? throw new CheckFailedException($"{path}, {line}: too old", $"install QEMU {ApplianceLauncher.OldestQemu} or newer, or set LIBGUESTFS_HV to one")
                : $"{path}, {line}";
        }
        catch (GuestfsException e)
        {
            throw new CheckFailedException(e.Message, "apt-get install qemu-system-x86, or your distribution's package of QEMU for x86");
        }
    }

    /// <summary>The version that QEMU's -version names; null where it names none.</summary>
    internal static Version? VersionIn(string line)
    {
        const string Word = "version ";
        var place = line.IndexOf(Word, StringComparison.Ordinal);
        var number = place < 0 ? "" : new string([.. line[(place + Word.Length)..].TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(number, out var version) ? version : null;
    }

    private static string Kvm()
    {
        // Not having it is no failure: emulation does the same, slower.
        try
        {
            using var device = Descriptors.Open("/dev/kvm", OpenFlags.ReadWrite);
            return "/dev/kvm can be opened; whether it works is found out by the first launch";
        }
        catch (PosixException e)
        {
            return e.Errno == Errno.EACCES
                ? throw new CheckFailedException("/dev/kvm cannot be opened by this user, so emulation is used, which is slower", "add the user to the group kvm")
                : "there is none, emulation is used";
        }
    }

    private static string TemporaryFolder()
    {
        using var handle = new Guestfs();
        var path = handle.GetTmpdir();
        try
        {
            var free = new DriveInfo(path).AvailableFreeSpace;
            using var trial = Descriptors.Open(path, OpenFlags.Directory);
            return free >= LeastTemporarySpace
                ? $"{path}, {free / (1024 * 1024)} MiB free"
                : throw new CheckFailedException($"{path} has only {free / 1024} KiB free", "make room there, or set TMPDIR to another folder");
        }
        catch (Exception e) when (e is PosixException or IOException or UnauthorizedAccessException)
        {
            throw new CheckFailedException($"{path}: {e.Message}", "set TMPDIR to a folder that exists and can be written");
        }
    }

    private static string Cache()
    {
        try
        {
            var path = CacheFolder.Open().Path;
            var free = new DriveInfo(path).AvailableFreeSpace;
            return free >= LeastCacheSpace
                ? $"{path}, {free / (1024 * 1024)} MiB free"
                : throw new CheckFailedException($"{path} has only {free / (1024 * 1024)} MiB free", "make room there, or set LIBGUESTFS_CACHEDIR to another folder");
        }
        catch (ApplianceException e)
        {
            throw new CheckFailedException(e.Message, "set LIBGUESTFS_CACHEDIR to a folder of your own");
        }
    }

    // A launch only looks whether the files are the same; here each byte is read.
    private static async Task<string> TemplatesAsync(CancellationToken cancellationToken)
    {
        var folders = TemplateStore.Open(CacheFolder.Open().Path)?.Folders() ?? [];
        foreach (var folder in folders)
        {
            using var template = Template.TryOpen(folder, out var objection);
            if (template is null || !await Task.Run(() => template.IsIntact(cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                throw new CheckFailedException($"{folder}: {objection ?? "its content is not what was made"}", "run virt-appliance template --rebuild");
            }
        }

        return folders.Count == 0 ? "there are none yet, the first launch makes one" : $"{folders.Count}, contents as in their manifests";
    }

    private static string Appliance()
    {
        try
        {
            var files = new ApplianceLocator().Find()
                ?? throw new CheckFailedException("there is none yet", "run virt-appliance build (Debian and its like), or virt-appliance install");
            if (files.Manifest is not { } manifest)
            {
                return $"{files.Kernel}: not one of ours, started without extensions";
            }

            CompareHash(files.Kernel, manifest.Kernel.Sha256);
            CompareHash(files.Initrd, manifest.Initrd.Sha256);
            CompareHash(files.Root, manifest.Root.Sha256);
            return $"{Path.GetDirectoryName(files.Kernel)}, build {manifest.BuildId}, kernel {manifest.KernelVersion}, contents as in its manifest";
        }
        catch (ApplianceException e)
        {
            throw new CheckFailedException(e.Message, "run virt-appliance build, or correct LIBGUESTFS_PATH");
        }
    }

    private static void CompareHash(string path, string expected)
    {
        using var file = new FileStream(Descriptors.Open(path, OpenFlags.ReadOnly), FileAccess.Read);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        if (hash != expected)
        {
            throw new CheckFailedException($"{path} is damaged: its content is not that of the manifest", "run virt-appliance clean, then virt-appliance build");
        }
    }
}
