using VirtTools.Images;

namespace VirtTools.Handle;

/// <summary>The throw-away overlays of one launch. QEMU has its own descriptors once it runs, so ours are closed then.</summary>
internal sealed class OverlaySet : IDisposable
{
    private readonly List<ImageLayer> _layers = [];

    /// <exception cref="ImageException">No room for the overlay, or a format whose size only QEMU could tell.</exception>
    public ImageLayer Create(TemporaryFolder folder, Drive drive)
    {
        var size = drive.Image.VirtualSize ?? throw new ImageException(
            "ENOTSUP", $"{drive.Name}: the header of a {drive.Image.Layers[0].Format} image does not tell its size; convert it with qemu-img convert -O qcow2");
        var layer = Overlay.Create(folder, size);
        _layers.Add(layer);
        return layer;
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }
}
