using VirtTools.Fixtures.Building;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>An image that servers show: an ext4 whose large file is far more than any buffer on the way takes. Made once for all tests of a class.</summary>
public sealed class ServedImage : IDisposable
{
    public const int LargeSize = 64 << 20;

    private const int Seed = 7;

    private readonly TestFolder _folder = new();

    public ServedImage()
    {
        var content = Directory.CreateDirectory(_folder["content"]).FullName;
        var bytes = new byte[LargeSize];
        new Random(Seed).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(content, "large"), bytes);
        File.WriteAllText(Path.Combine(content, "greeting"), "hello from the server\n");
        Programs.Mke2fs.Run("-q", "-t", "ext4", "-d", content, Raw, "100M");
        Directory.Delete(content, recursive: true);
        Programs.QemuImg.Run("convert", "-O", "qcow2", Raw, ShortQcow2);
        Cut(ShortQcow2);
    }

    public string Raw => _folder["disk.img"];

    /// <summary>A qcow2 image whose second half is missing.</summary>
    public string ShortQcow2 => _folder["short.qcow2"];

    /// <summary>Takes the second half away.</summary>
    public static string Cut(string file)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2 / 4096 * 4096);
        return file;
    }

    public void Dispose() => _folder.Dispose();
}
