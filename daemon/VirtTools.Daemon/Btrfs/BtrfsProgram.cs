using System.Runtime.InteropServices;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;

namespace VirtTools.Daemon.Btrfs;

/// <summary>Runs <c>btrfs</c> on a place in the guest, which the program sees as an inherited descriptor and not by its path.</summary>
internal sealed class BtrfsProgram(GuestRoot root, Mounter mounter)
{
    /// <summary>Runs a command on an existing path.</summary>
    /// <param name="command">The words in front of the path.</param>
    /// <exception cref="Dispatch.DaemonException">It failed; the message holds what it said.</exception>
    /// <exception cref="Posix.PosixException">There is no such path.</exception>
    public string Run(string path, params ReadOnlySpan<string> command)
    {
        using var place = root.Locate(path);
        return ProgramRunner.Run(["btrfs", .. command, ProgramRunner.InheritedPath(0)], place);
    }

    /// <summary>The same where the exit status means more than failure.</summary>
    public Posix.CompletedProcess TryRun(string path, params ReadOnlySpan<string> command)
    {
        using var place = root.Locate(path);
        return ProgramRunner.TryRun(["btrfs", .. command, ProgramRunner.InheritedPath(0)], place);
    }

    /// <summary>Runs a command on a name that it makes or removes.</summary>
    /// <param name="command">The words in front of the path.</param>
    public void RunOnName(string path, params ReadOnlySpan<string> command)
    {
        using var name = root.LocateName(path);
        ProgramRunner.Run(["btrfs", .. command, $"{ProgramRunner.InheritedPath(0)}/{name.Name}"], name.Folder);
    }

    /// <summary>Runs a command on an existing path and on a name that it makes.</summary>
    /// <param name="command">The words in front of both.</param>
    public void RunOnPathAndName(string path, string newPath, params ReadOnlySpan<string> command)
    {
        using var place = root.Locate(path);
        using var name = root.LocateName(newPath);
        SafeHandle[] inherited = [place, name.Folder];
        ProgramRunner.Run(["btrfs", .. command, ProgramRunner.InheritedPath(0), $"{ProgramRunner.InheritedPath(1)}/{name.Name}"], inherited);
    }

    /// <summary>Runs a command on a file system that is mounted at a path, or on a device that is mounted for the purpose.</summary>
    /// <param name="flags">How to mount a device.</param>
    /// <param name="command">The words in front of the path.</param>
    public string RunOnFileSystem(string pathOrMountable, MountFlags flags, params ReadOnlySpan<string> command)
    {
        if (!pathOrMountable.StartsWith("/dev/", StringComparison.Ordinal) && pathOrMountable.StartsWith('/'))
        {
            return Run(pathOrMountable, command);
        }

        using var mount = TemporaryMount.Open(mounter, pathOrMountable, "btrfs", flags);
        return ProgramRunner.Run(["btrfs", .. command, mount.Folder]);
    }
}
