using System.Diagnostics;

namespace VirtTools.Tests.Images;

/// <summary>A small file system of its own, mounted in a name space (no root needed) and reached through /proc.</summary>
internal sealed class MountedFolder : IDisposable
{
    private readonly Process holder;

    private MountedFolder(Process holder, string path)
    {
        this.holder = holder;
        Path = path;
    }

    public string Path { get; }

    /// <summary>One without a free block.</summary>
    public static MountedFolder Full(ImageFolder folder) => Mount(folder, "dd if=/dev/zero of=\"$1/fill\" bs=4k 2>/dev/null");

    /// <summary>One that can only be read, with <c>disk.img</c> of 4 KiB in it.</summary>
    public static MountedFolder ReadOnly(ImageFolder folder) =>
        Mount(folder, "dd if=/dev/zero of=\"$1/disk.img\" bs=4k count=1 2>/dev/null; mount -o remount,bind,ro \"$1\"");

    private static MountedFolder Mount(ImageFolder folder, string preparation)
    {
        var mount = folder["mounted"];
        Directory.CreateDirectory(mount);
        var script = $"mount -t tmpfs -o size=64k none \"$1\" && {{ {preparation}; echo \"$$\"; exec cat; }}";
        var start = new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--mount", "--", "sh", "-c", script, "sh", mount])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine();
        return line is null
            ? throw new InvalidOperationException("unshare and mount of a tmpfs failed: this test needs user name spaces")
            : new(process, $"/proc/{line}/root{mount}");
    }

    public void Dispose()
    {
        holder.StandardInput.Close();
        holder.WaitForExit();
        holder.Dispose();
    }
}
