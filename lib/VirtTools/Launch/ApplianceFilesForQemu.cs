using Microsoft.Win32.SafeHandles;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>The three files of the appliance, open. QEMU opens kernel and initrd a second time through /proc/self/fd.</summary>
internal sealed class ApplianceFilesForQemu : IDisposable
{
    private const int CopyBlock = 1024 * 1024;
    private const uint OthersRead = 4;
    private const int SectorSize = 512;

    private readonly List<ImageLayer> rootLayers = [];

    /// <param name="appliance">Where they are.</param>
    /// <param name="temporary">Where the overlay of a root that is written goes.</param>
    /// <param name="byStranger">QEMU will be another user, so it can open again only what everybody may read; the rest is copied into memory.</param>
    /// <exception cref="LaunchException">One of them cannot be opened.</exception>
    /// <exception cref="ImageException">The temporary folder cannot be used.</exception>
    public ApplianceFilesForQemu(ApplianceImage appliance, TemporaryFolder temporary, bool byStranger)
    {
        try
        {
            Kernel = Open(appliance.Kernel);
            Initrd = Open(appliance.Initrd);
            var root = new ImageLayer(Open(appliance.Root), "raw", ReadOnly: true, RawSize: null);
            rootLayers.Add(root);
            Identity = $"{IdentityOf(Kernel)}\n{IdentityOf(Initrd)}\n{IdentityOf(root.Handle)}";
            if (appliance.WritesRoot)
            {
                rootLayers.Insert(0, Overlay.Create(temporary, Descriptors.SizeOf(root.Handle) / SectorSize * SectorSize));
            }

            if (byStranger)
            {
                Kernel = Reopenable(Kernel);
                Initrd = Reopenable(Initrd);
            }
        }
        catch (Exception e)
        {
            Dispose();
            if (e is not PosixException)
            {
                throw;
            }

            throw new LaunchException($"{e.Message}: a file of the appliance cannot be opened; remake it with: virt-appliance build", e);
        }
    }

    public SafeFileHandle Kernel { get; private set; } = new();

    public SafeFileHandle Initrd { get; private set; } = new();

    /// <summary>Changes whenever one of the three files is replaced or written.</summary>
    public string Identity { get; } = "";

    /// <summary>From the top to the image itself.</summary>
    public IReadOnlyList<ImageLayer> RootLayers => rootLayers;

    public void Dispose()
    {
        Kernel.Dispose();
        Initrd.Dispose();
        rootLayers.ForEach(layer => layer.Dispose());
    }

    private static SafeFileHandle Open(string path)
    {
        var file = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        if (Descriptors.Stat(file).Kind is FileKind.Regular or FileKind.BlockDevice)
        {
            return file;
        }

        file.Dispose();
        throw new LaunchException($"{path}: a file of the appliance is not a regular file; remake it with: virt-appliance build");
    }

    private static FileIdentity IdentityOf(SafeFileHandle file) => FileIdentity.Of(Descriptors.Stat(file));

    private static SafeFileHandle Reopenable(SafeFileHandle file)
    {
        if ((Descriptors.Stat(file).Permissions & OthersRead) != 0)
        {
            return file;
        }

        var copy = Descriptors.CreateMemoryFile("appliance");
        var block = new byte[CopyBlock];
        for (long offset = 0; Descriptors.ReadAt(file, block, offset) is > 0 and var count; offset += count)
        {
            Descriptors.WriteAt(copy, block.AsSpan(0, count), offset);
        }

        file.Dispose();
        return copy;
    }
}
