using VirtTools.Images;

namespace VirtTools.Handle;

/// <summary>The throw-away overlays of one launch. QEMU has its own descriptors once it runs, so ours are closed then.</summary>
internal sealed class OverlaySet : IDisposable
{
    private readonly List<ImageLayer> _layers = [];

    /// <exception cref="ImageException">No room for the overlay, or a format whose size only QEMU could tell.</exception>
    public ImageLayer Create(TemporaryFolder folder, DriveImage image, string name)
    {
        var size = image.VirtualSize ?? throw new ImageException(
            "ENOTSUP", $"{name}: the header of a {image.Layers[0].Format} image does not tell its size; convert it with qemu-img convert -O qcow2");
        return Create(folder, size);
    }

    /// <exception cref="ImageException">No room for the overlay.</exception>
    public ImageLayer Create(TemporaryFolder folder, long size)
    {
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
