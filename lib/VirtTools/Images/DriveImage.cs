namespace VirtTools.Images;

/// <summary>A disk image with the files it stands on, all open: what the block graph of a drive is made of.</summary>
internal sealed class DriveImage(string path, IReadOnlyList<ImageLayer> layers, long? virtualSize) : IDisposable
{
    /// <summary>The path that was asked for.</summary>
    public string Path { get; } = path;

    /// <summary>From the top, which the guest writes to, down to the base.</summary>
    public IReadOnlyList<ImageLayer> Layers { get; } = layers;

    /// <summary>Size in bytes of the disk that the guest sees, a multiple of 512; null where only QEMU can say it.</summary>
    public long? VirtualSize { get; } = virtualSize;

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }
    }
}
