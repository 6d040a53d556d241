using VirtTools.CommandLine.Running;
using VirtTools.Commands.Plan;
using VirtTools.Posix;

namespace VirtTools.Commands.Copy;

/// <summary>The file or device that becomes the resized disk.</summary>
/// <param name="path">Its path.</param>
/// <param name="isOurs">Whether this run has made it; then it goes again when the run fails.</param>
internal sealed class OutputImage(string path, bool isOurs) : IDisposable
{
    private bool _isComplete;

    public string Path => path;

    /// <summary>Looks at the output, or makes it.</summary>
    /// <param name="guest">Makes images.</param>
    /// <param name="input">Path of the input; null where it is behind a server.</param>
    /// <param name="path">Path of the output.</param>
    /// <param name="size">Its size in bytes if it is to be made; null for one that is there.</param>
    /// <param name="format">Its format; null for raw, or the one that its name ends in.</param>
    /// <exception cref="CommandFailedException">The output is the input, is not there, or is there and was to be made.</exception>
    public static OutputImage Open(Guestfs guest, string? input, string path, long? size, string? format)
    {
        var there = Descriptors.TryStat(path);
        if (input is not null && there is { } status && IsSame(Descriptors.Stat(input), status))
        {
            throw new CommandFailedException($"{path}: the output is the input, by the same name or a link; the input is never changed, so name another file");
        }

        if (size is not { } bytes)
        {
            return there is not null
                ? new(path, isOurs: false)
                : throw new CommandFailedException($"{path}: no such file; make it in the new size with truncate or qemu-img create, or give --size");
        }

        if (there is { Kind: not FileKind.Regular } or { Size: > 0 })
        {
            throw new CommandFailedException($"{path}: is there already, and --size makes a new file; leave --size out to write into it, or remove it");
        }

        guest.DiskCreate(path, format ?? FormatOf(path), bytes);
        return new(path, isOurs: true);
    }

    /// <summary>The format that <c>--size</c> makes where none is given.</summary>
    public static string FormatOf(string path) => path.EndsWith(".qcow2", StringComparison.Ordinal) ? "qcow2" : "raw";

    /// <summary>Everything is done: brings the file to the disk, since QEMU was told that nobody waits for that.</summary>
    /// <exception cref="PosixException">It cannot be brought there.</exception>
    public void Complete()
    {
        _isComplete = true;
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
        Descriptors.Synchronize(file);
    }

    public void Dispose()
    {
        if (isOurs && !_isComplete)
        {
            File.Delete(path);
        }
    }

    private static bool IsSame(FileStatus input, FileStatus output) =>
        input.Kind == FileKind.BlockDevice && output.Kind == FileKind.BlockDevice
            ? input.RawDevice == output.RawDevice
            : input.Device == output.Device && input.Inode == output.Inode;
}
