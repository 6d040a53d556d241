using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

/// <summary>An overlay that lies beside its image under a name, as virt-resize --in-place makes one.</summary>
public sealed class NamedOverlayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-test-").FullName;

    [Theory]
    [InlineData("disk.img")]
    [InlineData("a:b,c=d e.img")]
    public void It_names_its_image_with_the_format_and_has_its_own_size(string name)
    {
        const long Size = 3L << 30;
        File.WriteAllBytes(Path.Combine(_folder, name), new byte[1 << 20]);
        var overlay = Path.Combine(_folder, "overlay");
        using (var file = Descriptors.Open(overlay, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, 0x180))
        {
            Overlay.Write(file, Size, new($"./{name}", "raw"));
        }

        using var image = ImageOpener.Open(overlay, "qcow2", readOnly: false);

        Assert.Equal(Size, image.VirtualSize);
        Assert.Equal(["qcow2", "raw"], image.Layers.Select(layer => layer.Format));
        Assert.Equal(1 << 20, image.Layers[1].RawSize);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
