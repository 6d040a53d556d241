using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that make device files and named pipes.</summary>
internal sealed class NodeActions(GuestRoot root) : UnsupportedNodeActions
{
    private const int Permissions = 0xFFF; // 07777

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

    public override void Mkfifo(int mode, string path) => Make(FileKind.Fifo, mode, 0, 0, path);

    public override void MknodB(int mode, int devMajor, int devMinor, string path) => Make(FileKind.BlockDevice, mode, devMajor, devMinor, path);

    public override void MknodC(int mode, int devMajor, int devMinor, string path) => Make(FileKind.CharacterDevice, mode, devMajor, devMinor, path);

    private void Make(FileKind kind, int mode, int devMajor, int devMinor, string path)
    {
        if ((mode & ~Permissions) != 0)
        {
            throw new DaemonException("EINVAL", $"{path}: mode holds more than permissions: 0{Convert.ToString(mode, 8)}");
        }

        Mknod(mode | (int)kind, devMajor, devMinor, path);
    }
}
