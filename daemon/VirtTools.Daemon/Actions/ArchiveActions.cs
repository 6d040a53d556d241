using VirtTools.Daemon.Files;
using VirtTools.Daemon.Filesystems;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that look into initrds and headers of ISO 9660 file systems.</summary>
internal sealed class ArchiveActions(GuestRoot root) : UnsupportedArchiveActions
{
    public override string[] InitrdList(string path)
    {
        using var file = root.OpenForReading(path);
        return [.. Read(file, path).Select(entry => entry.Name)];
    }

    public override byte[] InitrdCat(string initrdPath, string filename)
    {
        using var file = root.OpenForReading(initrdPath);
        foreach (var (name, content) in Read(file, initrdPath))
        {
            if (name == filename || name == "./" + filename)
            {
                return content.ToArray();
            }
        }

        throw new DaemonException("ENOENT", $"{initrdPath}: {filename}: file not found in initrd");
    }

    public override IsoInfo IsoinfoDevice(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return IsoHeader.Read(file, device);
    }

    public override IsoInfo Isoinfo(string isoFile)
    {
        using var file = root.OpenForReading(isoFile);
        ContentCopy.RequireContent(file, isoFile);
        return IsoHeader.Read(file, isoFile);
    }

    private static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, string path)
    {
        ContentCopy.RequireContent(file, path);
        return Initrd.TryRead(file) ?? throw new DaemonException("EINVAL", $"{path}: not an initial RAM disk");
    }
}
