using System.Diagnostics;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

/// <summary>A folder of images for one test, gone afterwards.</summary>
internal sealed class ImageFolder : IDisposable
{
    public ImageFolder() => Root = Directory.CreateTempSubdirectory("virttools-images-").FullName;

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Write(string name, string content) => Write(name, ByteString.GetBytes(content));

    /// <summary>A plain disk of that many bytes, all zero.</summary>
    public string Raw(string name, long size)
    {
        using var file = File.Create(this[name]);
        file.SetLength(size);
        return this[name];
    }

    /// <summary>Runs qemu-img in the folder.</summary>
    public string QemuImg(params string[] arguments) => Run("qemu-img", arguments);

    /// <summary>A program of Debian's qemu-utils; its output.</summary>
    public string Run(string program, params string[] arguments)
    {
        var (status, output) = TryRun(program, arguments);
        return status == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: status {status}: {output}");
    }

    public (int Status, string Output) TryRun(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public DriveImage Open(string name, string? format = null) => ImageOpener.Open(this[name], format, readOnly: true);

    public ImageException Refusal(string name, string? format = null, bool readOnly = true)
    {
        var refusal = Assert.Throws<ImageException>(() => ImageOpener.Open(this[name], format, readOnly).Dispose());
        Assert.StartsWith(this[name] + ": ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal;
    }

    /// <summary>By rm, since .NET cannot delete names that are not UTF-8.</summary>
    public void Dispose() => Run("rm", "-rf", Root);
}
