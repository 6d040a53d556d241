using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

/// <summary>A folder with a tiny appliance, and blank drives for it.</summary>
internal sealed class LaunchBench : IDisposable
{
    private const uint OwnerAll = 0x1C0; // 0700
    private readonly List<ImageLayer> layers = [];

    public LaunchBench(byte[]? kernel = null)
    {
        Folder = Descriptors.CreateTemporaryDirectory(Path.GetTempPath() + "launch-");
        File.WriteAllBytes(Folder + "/kernel", kernel ?? TinyKernel.Waiting("hello from the kernel"));
        File.WriteAllBytes(Folder + "/initrd", new byte[4096]);
        File.WriteAllBytes(Folder + "/root", new byte[1 << 20]);
        Descriptors.CreateDirectory(Folder + "/cache", OwnerAll);
        Configuration = new()
        {
            Appliance = new(Folder + "/kernel", Folder + "/initrd", Folder + "/root", "11111111-2222-3333-4444-555555555555"),
            Accelerator = AcceleratorChoice.Tcg,
            MemoryMiB = 256,
            CacheFolder = Folder + "/cache",
            Warn = Warnings.Add,
            Trace = Traces.Add,
        };
    }

    public string Folder { get; }

    public List<string> Warnings { get; } = [];

    public List<string> Traces { get; } = [];

    public LaunchConfiguration Configuration { get; }

    /// <summary>A shell script that everybody may run.</summary>
    public string Script(string body)
    {
        var path = Folder + "/qemu.wrapper";
        File.WriteAllText(path, "#!/bin/sh\n" + body);
        ChangeMode(path, 0b111_101_101);
        ChangeMode(Folder, 0b111_101_101);
        return path;
    }

    public static void ChangeMode(string path, uint mode)
    {
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
        Descriptors.ChangeMode(file, mode);
    }

    public ImageLayer Layer(string format, bool readOnly, long size = 1 << 20)
    {
        var path = $"{Folder}/layer{layers.Count}";
        using (var file = Descriptors.Open(path, OpenFlags.Create | OpenFlags.ReadWrite, 0x180))
        {
            Descriptors.Truncate(file, size);
        }

        var layer = new ImageLayer(Descriptors.Open(path, readOnly ? OpenFlags.ReadOnly : OpenFlags.ReadWrite), format, readOnly, null);
        layers.Add(layer);
        return layer;
    }

    public LaunchDrive Drive(int index) => new() { Index = index, Layers = [Layer("raw", readOnly: false)] };

    public void Dispose()
    {
        layers.ForEach(layer => layer.Dispose());
        Directory.Delete(Folder, recursive: true);
    }
}
