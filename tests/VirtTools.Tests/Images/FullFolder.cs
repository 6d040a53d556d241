using System.Diagnostics;

namespace VirtTools.Tests.Images;

/// <summary>A file system without a free block, mounted in a name space of its own (no root needed) and reached through /proc.</summary>
internal sealed class FullFolder : IDisposable
{
    private readonly Process holder;

    private FullFolder(Process holder, string path)
    {
        this.holder = holder;
        Path = path;
    }

    public string Path { get; }

    public static FullFolder Mount(ImageFolder folder)
    {
        var mount = folder["full"];
        Directory.CreateDirectory(mount);
        var script = "mount -t tmpfs -o size=64k none \"$1\" && { dd if=/dev/zero of=\"$1/fill\" bs=4k 2>/dev/null; echo \"$$\"; exec cat; }";
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
