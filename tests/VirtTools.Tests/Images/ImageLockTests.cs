using System.Diagnostics;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

public sealed class ImageLockTests : IDisposable
{
    private const string Reading = "reading";
    private const string Writing = "writing";
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Image_that_nobody_uses_is_free()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "disk.qcow2", "1M");
        using var file = Descriptors.Open(folder["disk.qcow2"], OpenFlags.ReadOnly);

        Assert.False(ImageLock.IsHeldForWriting(file));
        Assert.False(ImageLock.PreventsWriting(file));
    }

    [Theory]
    [InlineData("qcow2")]
    [InlineData("raw")]
    public void Image_that_QEMU_writes_is_refused_for_writing_and_opened_for_reading(string format)
    {
        folder.QemuImg("create", "-q", "-f", format, "disk", "1M");
        using var user = Using("disk", format, Writing);
        using var file = Descriptors.Open(folder["disk"], OpenFlags.ReadOnly);

        folder.Open("disk").Dispose();
        var refusal = folder.Refusal("disk", readOnly: false);

        Assert.True(ImageLock.IsHeldForWriting(file));
        Assert.Equal("EBUSY", refusal.ErrnoName);
        Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_that_QEMU_reads_may_not_be_written_under_it()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "disk.qcow2", "1M");
        using var user = Using("disk.qcow2", "qcow2", Reading);
        using var file = Descriptors.Open(folder["disk.qcow2"], OpenFlags.ReadOnly);

        var refusal = folder.Refusal("disk.qcow2", readOnly: false);

        Assert.False(ImageLock.IsHeldForWriting(file));
        Assert.True(ImageLock.PreventsWriting(file));
        Assert.Equal("EBUSY", refusal.ErrnoName);
    }

    [Fact]
    public void Backing_file_that_QEMU_writes_is_refused_under_a_writable_drive()
    {
        folder.QemuImg("create", "-q", "-f", "raw", "base.img", "1M");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "base.img", "-F", "raw", "top.qcow2");
        using var user = Using("base.img", "raw", Writing);

        folder.Open("top.qcow2").Dispose();

        Assert.Equal("EBUSY", folder.Refusal("top.qcow2", readOnly: false).ErrnoName);
    }

    [Fact]
    public void Backing_file_that_others_read_too_is_no_obstacle()
    {
        folder.QemuImg("create", "-q", "-f", "raw", "base.img", "1M");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "base.img", "-F", "raw", "top.qcow2");
        using var user = Using("base.img", "raw", Reading);

        ImageOpener.Open(folder["top.qcow2"], null, readOnly: false).Dispose();
    }

    /// <summary>A qemu-io that has the image open until it is disposed of.</summary>
    private Holder Using(string name, string format, string access) =>
        access == Reading ? new(folder, "-r", "-f", format, name) : new(folder, "-f", format, name);

    private sealed class Holder : IDisposable
    {
        private readonly Process process;

        public Holder(ImageFolder folder, params string[] options)
        {
            var start = new ProcessStartInfo("qemu-io", options)
            {
                WorkingDirectory = folder.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            process = Process.Start(start)!;

            // The answer to a first command says that the image is open.
            process.StandardInput.WriteLine("length");
            process.StandardInput.Flush();
            if (process.StandardOutput.ReadLine() is null)
            {
                throw new InvalidOperationException("qemu-io did not open the image");
            }
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
