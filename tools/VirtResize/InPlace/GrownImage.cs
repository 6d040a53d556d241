using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Running;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Commands.InPlace;

/// <summary>The image that grows in place: open for writing, and locked against a second virt-resize until it is disposed.</summary>
internal sealed class GrownImage : IDisposable
{
    // Away from the bytes that QEMU locks (100 to 299).
    private const long OwnLock = 1000;

    private readonly DriveImage _image;

    private GrownImage(DriveImage image, string path)
    {
        _image = image;
        Path = path;
        Status = Descriptors.Stat(Handle);
    }

    /// <summary>Its absolute path, links followed.</summary>
    public string Path { get; }

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path[..Path.LastIndexOf('/')] is { Length: > 0 } folder ? folder : "/";

    /// <summary>raw or qcow2.</summary>
    public string Format => _image.Layers[0].Format;

    /// <summary>Size of its disk in bytes.</summary>
    public long VirtualSize => _image.VirtualSize!.Value;

    /// <summary>What the file was when it was opened.</summary>
    public FileStatus Status { get; }

    public SafeFileHandle Handle => _image.Layers[0].Handle;

    /// <summary>The files that the image stands on, which are read only.</summary>
    public IEnumerable<SafeFileHandle> Backing => _image.Layers.Skip(1).Select(layer => layer.Handle);

    /// <summary>Opens it.</summary>
    /// <param name="path">As the user named it.</param>
    /// <param name="format">What the user says it is; null to find out.</param>
    /// <exception cref="CommandFailedException">It cannot grow in place; the sentence says why and what to do.</exception>
    public static GrownImage Open(string path, string? format)
    {
        DriveImage image;
        try
        {
            image = ImageOpener.Open(path, format, readOnly: false);
        }
        catch (ImageException e) when (e.ErrnoName == "EBUSY")
        {
            throw GuestFailure.InUse(path);
        }
        catch (ImageException e)
        {
            throw new CommandFailedException(e.ForWriting ?? e.Message);
        }

        try
        {
            var handle = image.Layers[0].Handle;
            var opened = new GrownImage(image, Descriptors.ReadLink($"/proc/self/fd/{(int)handle.DangerousGetHandle()}"));
            opened.Check(path);
            return opened;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody has written to the file since it was opened.</summary>
    public bool HasChanged()
    {
        var now = Descriptors.Stat(Handle);
        return now.Size != Status.Size || now.ModificationTime != Status.ModificationTime;
    }

    /// <summary>From here on the program that commits may write to it, and says itself that nobody else may.</summary>
    public void AllowOurselves() => ImageLock.AllowWriting(Handle);

    public void Dispose() => _image.Dispose();

    private void Check(string path)
    {
        if (Status.Kind != FileKind.Regular)
        {
            throw new CommandFailedException(
                $"{path}: a block device has no room beside it for the overlay that makes a growth in place safe; resize into another device instead (virt-resize INDISK OUTDISK)");
        }

        if (Format is not ("raw" or "qcow2"))
        {
            throw new CommandFailedException($"{path}: images of the format {Format} cannot grow in place; resize into a new image (virt-resize INDISK OUTDISK)");
        }

        if (!Lock())
        {
            throw new CommandFailedException($"{path}: another virt-resize is at work on it; wait for its end");
        }

        if (Format == "qcow2" && SnapshotCount() > 0)
        {
            throw new CommandFailedException(
                $"{path}: it holds internal snapshots, which cannot grow with it; delete them (qemu-img snapshot -d), or resize into a new image (virt-resize INDISK OUTDISK)");
        }

        // The library looked before; from here on nobody can begin to write.
        ImageLock.ForbidWriting(Handle);
    }

    private bool Lock()
    {
        try
        {
            return Descriptors.LockRange(Handle, LockKind.Exclusive, OwnLock, 1, LockWait.Refuse);
        }
        catch (PosixException)
        {
            // A file system without locks.
            return true;
        }
    }

    // QEMU, docs/interop/qcow2: nb_snapshots.
    private uint SnapshotCount()
    {
        var field = new byte[4];
        return Descriptors.ReadAt(Handle, field, 60) == field.Length ? BinaryPrimitives.ReadUInt32BigEndian(field) : 0;
    }
}
