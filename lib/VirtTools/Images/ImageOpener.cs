using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Images;

/// <summary>
/// Opens an image and everything it stands on, and decides the format of each file. The rules are in docs/images.md: a format that the
/// user gives holds for the top file only; a name whose end agrees with the content is believed; what is merely probed may name no
/// second file, since a guest can write any header into its own disk.
/// </summary>
internal sealed class ImageOpener
{
    /// <summary>How many files may lie under the top.</summary>
    public const int MaxDepth = 64;

    private readonly string top;
    private readonly bool readOnly;
    private readonly IReadOnlyDictionary<string, string>? backingFormats;
    private readonly List<ImageLayer> layers = [];
    private readonly HashSet<(DeviceNumber, ulong)> seen = [];

    private ImageOpener(string path, bool readOnly, IReadOnlyDictionary<string, string>? backingFormats = null)
    {
        top = path;
        this.readOnly = readOnly;
        this.backingFormats = backingFormats;
    }

    /// <param name="path">A file or block device; bytes as a lossless string.</param>
    /// <param name="format">What the user says it is; null to find out.</param>
    /// <param name="readOnly">Whether the image itself must stay as it is.</param>
    /// <param name="backingFormats">What the administrator says of files under it, by their paths: it counts where a header records no format.</param>
    /// <exception cref="ImageException">The image is refused. The message is one sentence that says what to do; nothing stays open.</exception>
    public static DriveImage Open(string path, string? format, bool readOnly, IReadOnlyDictionary<string, string>? backingFormats = null)
    {
        var opener = new ImageOpener(path, readOnly, backingFormats);
        try
        {
            return new(path, opener.layers, opener.OpenTop(format));
        }
        catch (Exception e)
        {
            opener.layers.ForEach(layer => layer.Dispose());
            if (e is PosixException failure)
            {
                throw new ImageException(failure.ErrnoName, $"{path}: cannot be read: {Errno.Message(failure.Errno)}");
            }

            throw;
        }
    }

    /// <summary>The format of an image that is no file here, by the same rules. It must need no second file, since none is followed from there.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="name">Its name, whose end may tell the format.</param>
    /// <param name="subject">How messages begin.</param>
    /// <param name="formatName">What the user says it is; null to find out.</param>
    /// <param name="readOnly">Whether the image must stay as it is.</param>
    /// <exception cref="ImageException">The image is refused.</exception>
    public static ImageFormat FormatOf(IImageBytes bytes, string name, string subject, string? formatName, bool readOnly)
    {
        var opener = new ImageOpener(subject, readOnly);
        var given = formatName is null ? null : Known(formatName, subject, "--format");
        var (format, header, _) = opener.Decide(bytes, name, given);
        return header.NamedFile is { } named ? throw Unreachable(subject, named) : format;
    }

    private ImageAccess TopAccess => readOnly ? ImageAccess.Read : ImageAccess.ReadWrite;

    private long? OpenTop(string? formatName)
    {
        var given = formatName is null ? null : Known(formatName, top, "--format");
        var handle = ImageFile.Open(top, TopAccess, top);
        using var guard = new ClosedUnlessKept(handle);
        RequireNew(handle, top);
        RequireUnlocked(handle, top);

        var (format, header, length) = Decide(new ImageFileBytes(handle), top, given);
        return AddTop(handle, guard, format, header, length);
    }

    private (ImageFormat Format, ImageHeader Header, long Length) Decide(IImageBytes bytes, string name, ImageFormat? given)
    {
        var reader = new HeaderReader(bytes, top);
        var format = given ?? ImageFormat.ByName(name, reader);
        if (format is null)
        {
            reader = new(bytes, top) { IsProbed = true };
            format = ImageFormat.Probe(reader);
        }

        var header = HeaderOf(format, reader);
        if (reader.IsProbed && header.NamedFile is { } named)
        {
            throw NamedByProbedImage(format, named);
        }

        RequireWritable(format, header);
        return (format, header, reader.Length);
    }

    private long? AddTop(SafeFileHandle handle, ClosedUnlessKept guard, ImageFormat format, ImageHeader header, long length)
    {
        if (header.NamedFile is { Role: NamedFileRole.FlatExtent } extent)
        {
            return AddFlatExtent(extent);
        }

        guard.Keep();
        layers.Add(new(handle, format.Name, readOnly, format == ImageFormat.Raw ? length : null));
        AddBackingLayers(top, top, header.NamedFile);
        return format == ImageFormat.Raw ? RawVirtualSize(length) : header.VirtualSize;
    }

    private void AddBackingLayers(string path, string subject, NamedFile? named)
    {
        while (named is not null)
        {
            if (named.Role != NamedFileRole.Backing)
            {
                throw Unreachable(subject, named);
            }

            if (layers.Count > MaxDepth)
            {
                throw new ImageException("ELOOP", $"{top}: more than {MaxDepth} backing files under it; merge them with qemu-img convert");
            }

            path = BackingName.Resolve(subject, path, named);
            subject = $"{top}: its {named.What} {ImageException.Quote(path)}";
            named = AddBackingLayer(path, subject, named);
        }
    }

    private NamedFile? AddBackingLayer(string path, string subject, NamedFile named)
    {
        if ((named.Format ?? backingFormats?.GetValueOrDefault(path)) is not { } formatName)
        {
            throw new ImageException(
                "EINVAL",
                $"{subject} has no recorded format, and guessing it would let a guest choose; record it with qemu-img rebase -u -b FILE -F FORMAT");
        }

        var format = Known(formatName, subject, "qemu-img rebase -u -b FILE -F");
        var handle = ImageFile.Open(path, ImageAccess.ReadNamedByImage, subject);
        using var guard = new ClosedUnlessKept(handle);
        RequireNew(handle, subject);
        RequireNoWriter(handle, subject);
        var reader = new HeaderReader(new ImageFileBytes(handle), subject);
        var header = HeaderOf(format, reader);
        if (header.NamedFile is { Role: NamedFileRole.FlatExtent } extent)
        {
            throw Unreachable(subject, extent);
        }

        guard.Keep();
        layers.Add(new(handle, format.Name, ReadOnly: true, format == ImageFormat.Raw ? reader.Length : null));
        return header.NamedFile;
    }

    private long? AddFlatExtent(NamedFile extent)
    {
        var path = BackingName.Resolve(top, top, extent);
        var subject = $"{top}: its {extent.What} {ImageException.Quote(path)}";
        var handle = ImageFile.Open(path, readOnly ? ImageAccess.ReadNamedByImage : ImageAccess.ReadWriteNamedByImage, subject);
        using var guard = new ClosedUnlessKept(handle);
        RequireNew(handle, subject);
        RequireUnlocked(handle, subject);
        var length = Descriptors.SizeOf(handle);
        if (length < extent.Size)
        {
            throw new ImageException("EINVAL", $"{subject} is truncated: {length} bytes of {extent.Size}; copy it again from where it came");
        }

        guard.Keep();
        layers.Add(new(handle, ImageFormat.Raw.Name, readOnly, extent.Size));
        return extent.Size;
    }

    private static ImageHeader HeaderOf(ImageFormat format, HeaderReader reader)
    {
        if (format.Parse is null)
        {
            return new();
        }

        return (format.MatchesUnderSuffix ?? format.Matches)(reader)
            ? format.Parse(reader)
            : throw new ImageException("EINVAL", $"{reader.Subject}: not a {format.Name} image; {OtherFormat(reader)}");
    }

    private static string OtherFormat(HeaderReader reader)
    {
        var likely = ImageFormat.Probe(reader);
        return likely == ImageFormat.Raw ? "if it is a plain disk, its format is raw" : $"it looks like {likely.Name}";
    }

    private static ImageFormat Known(string name, string subject, string option) =>
        ImageFormat.Find(name) ?? throw new ImageException(
            "EINVAL",
            $"{subject}: {ImageException.Quote(name)} is not a format of disk images; give {option} one of {string.Join(", ", ImageFormat.All.Select(format => format.Name))}");

    private void RequireNew(SafeFileHandle handle, string subject)
    {
        var status = Descriptors.Stat(handle);

        // A block device may have several names (/dev/mapper/x, /dev/dm-0), but one number.
        var identity = status.Kind == FileKind.BlockDevice ? (status.RawDevice, ulong.MaxValue) : (status.Device, status.Inode);
        if (!seen.Add(identity))
        {
            throw new ImageException("ELOOP", $"{subject} is a file that stands on itself; name the right one with qemu-img rebase -u -b FILE -F FORMAT");
        }
    }

    private void RequireUnlocked(SafeFileHandle handle, string subject)
    {
        if (!readOnly && ImageLock.PreventsWriting(handle))
        {
            throw InUse(subject);
        }
    }

    /// <summary>Under a drive that is written, QEMU locks the base against writers; under a read-only one it is left alone.</summary>
    private void RequireNoWriter(SafeFileHandle handle, string subject)
    {
        if (!readOnly && ImageLock.IsHeldForWriting(handle))
        {
            throw InUse(subject);
        }
    }

    /// <summary>The exception for an image that somebody else writes.</summary>
    public static ImageException InUse(string subject) =>
        ImageException.NotWritable("EBUSY", $"{subject}: in use by another process, such as a running guest", "shut the guest down first");

    private void RequireWritable(ImageFormat format, ImageHeader header)
    {
        if (readOnly)
        {
            return;
        }

        if (!format.CanBeWritten)
        {
            throw ImageException.NotWritable("EROFS", $"{top}: {format.Name} images can only be read", "convert it with qemu-img convert");
        }

        if (header.MarkedCorrupt)
        {
            throw ImageException.NotWritable("EROFS", $"{top}: the image is marked corrupt and must not be written", "repair it with qemu-img check -r all");
        }
    }

    private ImageException NamedByProbedImage(ImageFormat format, NamedFile named)
    {
        var name = named.Name.Length == 0 ? "" : $", {ImageException.Quote(named.Name)}";
        return new(
            "EPERM",
            $"{top}: looks like a {format.Name} image that needs a second file, a {named.What}{name}, and a guest can write such a header into its own disk; pass --format {format.Name} if the image is one, or --format raw if it is a plain disk");
    }

    private static ImageException Unreachable(string subject, NamedFile named)
    {
        var name = named.Name.Length == 0 ? "" : $", {ImageException.Quote(named.Name)}";
        return new("ENOTSUP", $"{subject}: the disk is spread over several files (it names a {named.What}{name}), which is not supported; make it one file with qemu-img convert -O qcow2");
    }

    private static long RawVirtualSize(long length) => length > long.MaxValue - 511 ? length.WholeSectors() : length.UpToSector();

    /// <summary>Closes a file at the end of the scope unless it was kept.</summary>
    private sealed class ClosedUnlessKept(SafeFileHandle handle) : IDisposable
    {
        private bool kept;

        public void Keep() => kept = true;

        public void Dispose()
        {
            if (!kept)
            {
                handle.Dispose();
            }
        }
    }
}
