using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Programs;

/// <summary>
/// Programs of the guest, run with the guest as their root. They run as root of the appliance, so they can take the appliance over; what keeps
/// them from the host is the virtual machine.
/// </summary>
internal sealed class GuestCommand(GuestRoot root)
{
    /// <summary>Folders of the appliance that programs expect to find.</summary>
    private static readonly string[] KernelFolders = ["/dev", "/proc", "/sys"];

    /// <summary>Runs a program and gives its standard output.</summary>
    /// <exception cref="DaemonException">EINVAL: no program given. Otherwise it failed; the message is its standard error.</exception>
    public string Run(IReadOnlyList<string> arguments)
    {
        var argv = Complete(arguments);
        return WithKernelFolders(() => ProgramRunner.Require([arguments[0]], ProgramRunner.TryRun(argv)).OutputText);
    }

    /// <summary>Runs a program and sends its standard output to the library.</summary>
    /// <exception cref="DaemonException">EINVAL: no program given. Otherwise it failed; the message is its standard error.</exception>
    public void Send(IReadOnlyList<string> arguments, OutgoingFile target)
    {
        var argv = Complete(arguments);
        WithKernelFolders(() =>
        {
            ProgramStream.Send(argv, target, new StreamSurroundings(null));
            return true;
        });
    }

    private List<string> Complete(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            throw new DaemonException("EINVAL", "passed an empty list: there is no program to run");
        }

        if (!root.HasMounts)
        {
            throw new DaemonException("ENOTSUP", $"{arguments[0]}: no programs are run in a folder that stands for a guest");
        }

        return root.IsMounted
            ? ["chroot", root.Folder, .. arguments]
            : throw new DaemonException("", "you must call 'mount' first to mount the root filesystem");
    }

    private T WithKernelFolders<T>(Func<T> work)
    {
        var places = new Stack<string>();
        try
        {
            foreach (var folder in KernelFolders)
            {
                if (TryBind(folder) is { } place)
                {
                    places.Push(place);
                }
            }

            return work();
        }
        finally
        {
            // Lazily: a program that the guest has left running must not keep its file systems mounted.
            root.Forget();
            while (places.TryPop(out var place))
            {
                Kernel.TryUnmount(place, UnmountFlags.Lazy | UnmountFlags.NoFollow);
            }
        }
    }

    // The folder of the guest may be a link: the descriptor says where inside the guest it is.
    private string? TryBind(string folder)
    {
        if (root.TryStat(folder) is not { Kind: FileKind.Directory })
        {
            return null;
        }

        using var target = root.Locate(folder);
        var path = root.PathOf(target);
        using var place = new DescriptorPath(target);
        return path != "/" && Kernel.TryMount(folder, place.Path, null, MountFlags.Bind, null) == 0 ? root.Folder + path : null;
    }
}
