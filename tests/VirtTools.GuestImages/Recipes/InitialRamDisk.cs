using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace VirtTools.Fixtures.Recipes;

/// <summary>An initramfs: a cpio archive of the "newc" kind (kernel, Documentation/driver-api/early-userspace/buffer-format), compressed.</summary>
internal static class InitialRamDisk
{
    private const int Folder = 0x41ED; // 040755
    private const int Program = 0x81ED; // 0100755

    /// <param name="busybox">The static program that does everything.</param>
    /// <param name="modules">Kernel modules in the order in which they are loaded.</param>
    /// <param name="init">The script that runs first.</param>
    public static byte[] Make(byte[] busybox, IReadOnlyList<byte[]> modules, string init)
    {
        using var compressed = new MemoryStream();
        using (var archive = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var folder in (string[])["bin", "dev", "proc", "root", "modules"])
                Write(archive, folder, Folder, []);
            Write(archive, "bin/busybox", Program, busybox);
            for (var i = 0; i < modules.Count; i++)
                Write(archive, string.Create(CultureInfo.InvariantCulture, $"modules/{i:00}.ko"), Program, modules[i]);
            Write(archive, "init", Program, Encoding.UTF8.GetBytes(init));
            Write(archive, "TRAILER!!!", 0, []);
        }

        return compressed.ToArray();
    }

    private static void Write(Stream archive, string name, int mode, byte[] content)
    {
        // inode, mode, owner, group, links, time, size, two device numbers of two parts each, length of the name, no checksum
        int[] fields = [0, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length + 1, 0];
        var header = "070701" + string.Concat(fields.Select(field => field.ToString("x8", CultureInfo.InvariantCulture))) + name + "\0";
        archive.Write(Encoding.ASCII.GetBytes(header));
        Pad(archive, header.Length);
        archive.Write(content);
        Pad(archive, content.Length);
    }

    private static void Pad(Stream archive, int length) => archive.Write(new byte[(4 - (length % 4)) % 4]);
}
