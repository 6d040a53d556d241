using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Boot;

/// <summary>
/// What /init of the initial RAM disk does: file systems of the kernel, modules, root file system. The process then goes on as the daemon in the
/// new root, without exec: pid 1 shares its root with the kernel's own helpers, so that modprobe is found in the new root too.
/// </summary>
internal static class ApplianceBoot
{
    private const string NewRoot = "/newroot";
    private const string ModuleFolder = "/modules";

    /// <summary>Folders of the root file system that are written to; it is mounted read-only.</summary>
    private static readonly string[] WritableFolders = ["/tmp", "/run", "/var/tmp", "/sysroot"];

    /// <summary>Brings the machine up.</summary>
    /// <exception cref="FatalException">The root file system or something else is missing.</exception>
    /// <exception cref="PosixException">A mount failed.</exception>
    public static BootedAppliance Run()
    {
        const MountFlags Plain = MountFlags.NoSetUid | MountFlags.NoDevices | MountFlags.NoExecution;
        Kernel.Mount("proc", "/proc", "proc", Plain, null);
        Kernel.Mount("sysfs", "/sys", "sysfs", Plain, null);
        MountUnlessPresent("devtmpfs", "/dev", "devtmpfs");
        var commandLine = KernelCommandLine.Parse(SmallFile.Read("/proc/cmdline"));
        KernelModules.LoadAll(ModuleFolder);
        var root = RootDevice.Find(commandLine);
        MountRoot(root);
        SwitchRoot();
        foreach (var folder in WritableFolders)
        {
            Kernel.Mount("tmpfs", folder, "tmpfs", MountFlags.NoDevices, "mode=1777");
        }

        Kernel.SetUmask(0x12 /* 022 */);
        return new(commandLine, root.Number);
    }

    // Some kernels mount devtmpfs by themselves (CONFIG_DEVTMPFS_MOUNT), though not for an initial RAM disk.
    private static void MountUnlessPresent(string source, string target, string fileSystem)
    {
        var errno = Kernel.TryMount(source, target, fileSystem, MountFlags.NoSetUid, "mode=755");
        if (errno is not 0 and not Errno.EBUSY)
        {
            throw new PosixException(errno, $"mount {target}");
        }
    }

    private static void MountRoot(RootDevice root)
    {
        // The kernel's ext4 driver reads ext2 and ext3 too. noload: whoever made the image closed it properly, and a snapshot needs no replay.
        foreach (var fileSystem in (string[])["ext4", "ext2"])
        {
            var errno = Kernel.TryMount(root.Path, NewRoot, fileSystem, MountFlags.ReadOnly, null);
            if (errno == 0)
            {
                return;
            }

            if (errno is not Errno.ENODEV and not Errno.EINVAL)
            {
                throw new PosixException(errno, $"mount {root.Path} as root");
            }
        }

        throw new FatalException($"{root.Path} holds no ext file system, so it cannot be the root");
    }

    private static void SwitchRoot()
    {
        foreach (var folder in (string[])["/proc", "/sys", "/dev"])
        {
            Kernel.Mount(folder, NewRoot + folder, null, MountFlags.Move, null);
        }

        Kernel.ChangeFolder(NewRoot);
        Kernel.Mount(".", "/", null, MountFlags.Move, null);
        Kernel.ChangeRoot(".");
        Kernel.ChangeFolder("/");
    }
}

/// <summary>The machine after <see cref="ApplianceBoot"/>.</summary>
/// <param name="RootNumber">Device number of the disk with the appliance's own root: no drive of the user.</param>
internal sealed record BootedAppliance(KernelCommandLine CommandLine, DeviceNumber RootNumber);
