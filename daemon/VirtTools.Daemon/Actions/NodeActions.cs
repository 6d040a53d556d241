using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that make device files and named pipes.</summary>
internal sealed class NodeActions(GuestRoot root) : UnsupportedNodeActions
{
    public override void Mknod(int mode, int devMajor, int devMinor, string path)
    {
        if (mode < 0)
        {
            throw new DaemonException("EINVAL", $"{path}: mode is negative");
        }

        using var name = root.LocateName(path);
        var device = FileStatusStructs.Number(new((uint)devMajor, (uint)devMinor));
        Kernel.MakeNode(name.Folder, name.Name, (uint)mode, (ulong)device);
    }

    public override void Mkfifo(int mode, string path) => Mknod(mode | (int)FileKind.Fifo, 0, 0, path);

    public override void MknodB(int mode, int devMajor, int devMinor, string path) =>
        Mknod(mode | (int)FileKind.BlockDevice, devMajor, devMinor, path);

    public override void MknodC(int mode, int devMajor, int devMinor, string path) =>
        Mknod(mode | (int)FileKind.CharacterDevice, devMajor, devMinor, path);
}
