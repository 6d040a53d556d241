using VirtTools.Handle;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;
using VirtTools.Remote;

namespace VirtTools;

/// <summary>Adding drives before launch.</summary>
public sealed partial class Guestfs
{
    /// <summary>Size of the drive that stands for <c>/dev/null</c>, in bytes.</summary>
    private const long NullDriveSize = 4096;

    private readonly List<Drive> _drives = [];

    private protected override int MaxDisksCore() => LaunchDrive.MaximumCount;

    private protected override void AddDriveCore(string filename, AddDriveOptions? options) =>
        AddDrive(ActionDescriptors.AddDrive, filename, options ?? new AddDriveOptions());

    private protected override void AddDriveRoCore(string filename) =>
        AddDrive(ActionDescriptors.AddDriveRo, filename, new AddDriveOptions { ReadOnly = true });

    private protected override void AddDriveWithIfCore(string filename, string iface) =>
        AddDrive(ActionDescriptors.AddDriveWithIf, filename, new AddDriveOptions { Iface = iface });

    private protected override void AddDriveRoWithIfCore(string filename, string iface) =>
        AddDrive(ActionDescriptors.AddDriveRoWithIf, filename, new AddDriveOptions { ReadOnly = true, Iface = iface });

    private protected override void AddCdromCore(string filename) =>
        AddDrive(ActionDescriptors.AddCdrom, filename, new AddDriveOptions { ReadOnly = true });

    private protected override void AddDriveScratchCore(long size, AddDriveScratchOptions? options)
    {
        if (size <= 0 || size % 512 != 0)
        {
            throw Error(ActionDescriptors.AddDriveScratch, "EINVAL", $"{size}: the size of a drive is a multiple of 512 bytes greater than 0");
        }

        CheckLabel(ActionDescriptors.AddDriveScratch, options?.Label);
        CheckBlockSize(ActionDescriptors.AddDriveScratch, options?.BlockSize);
        Append(ActionDescriptors.AddDriveScratch, new Drive
        {
            Image = Scratch(ActionDescriptors.AddDriveScratch, "scratch", size),
            Name = options?.Name ?? "scratch",
            ReadOnly = false,
            Label = options?.Label,
            BlockSize = options?.BlockSize,
            CacheMode = DriveCacheMode.Unsafe,
        });
    }

    private protected override string[] DebugDrivesCore() => [.. _drives.Select(d => d.ToString())];

    private void AddDrive(ActionDescriptor action, string filename, AddDriveOptions options) => Append(action, NewDrive(action, filename, options));

    private Drive NewDrive(ActionDescriptor action, string filename, AddDriveOptions options, IReadOnlyDictionary<string, string>? backingFormats = null)
    {
        var remote = options.Protocol is null or "file" ? null : Remote(action, filename, options);
        if (filename.Length == 0 && remote is null)
        {
            throw Error(action, "EINVAL", "the name of a drive cannot be empty");
        }

        CheckLabel(action, options.Label);
        CheckBlockSize(action, options.BlockSize);
        var readOnly = options.ReadOnly ?? false;
        return new Drive
        {
            Remote = remote,
            RemoteFormat = options.Format,
            Image = remote is not null ? null
                : filename == "/dev/null" ? Scratch(action, filename, NullDriveSize) : Open(action, filename, options.Format, readOnly, backingFormats),
            Name = options.Name ?? remote?.ToString() ?? filename,
            ReadOnly = readOnly,
            Interface = Interface(action, options.Iface),
            Label = options.Label,
            Discard = Discard(action, options.Discard, readOnly),
            CacheMode = CacheMode(action, options.CacheMode),
            CopyOnRead = options.CopyOnRead ?? false,
            BlockSize = options.BlockSize,
        };
    }

    private static RemoteAddress Remote(ActionDescriptor action, string filename, AddDriveOptions options)
    {
        try
        {
            var address = RemoteAddress.Of(options.Protocol!, filename, options.Server, options.Username, options.Secret);
            if (!(options.ReadOnly ?? false) && !address.Protocol.CanWrite)
            {
                throw ImageException.NotWritable("EROFS", $"{address}: {address.Protocol.Name} can only be read", "copy the image here");
            }

            if (options.Format is { } format && ImageFormat.Find(format) is null)
            {
                throw new ImageException("EINVAL", $"{address}: {ImageException.Quote(format)} is not a format of disk images");
            }

            return address;
        }
        catch (ImageException e)
        {
            throw new GuestfsException(action.Name, e.ErrnoName, e.Message, e);
        }
    }

    private void Append(ActionDescriptor action, Drive drive)
    {
        if (_drives.Count == LaunchDrive.MaximumCount)
        {
            drive.Dispose();
            throw Error(action, "EINVAL", $"{drive.Name}: there are {LaunchDrive.MaximumCount} drives already, which is the most that an appliance can have");
        }

        if (drive.Label is not null && _drives.Any(d => d.Label == drive.Label))
        {
            drive.Dispose();
            throw Error(action, "EEXIST", $"{drive.Name}: another drive has the label '{drive.Label}'");
        }

        _drives.Add(drive);
    }

    private static DriveImage Open(
        ActionDescriptor action, string filename, string? format, bool readOnly, IReadOnlyDictionary<string, string>? backingFormats = null)
    {
        try
        {
            return ImageOpener.Open(filename, format, readOnly, backingFormats);
        }
        catch (ImageException e)
        {
            throw new GuestfsException(action.Name, e.ErrnoName, e.Message, e);
        }
    }

    private DriveImage Scratch(ActionDescriptor action, string name, long size)
    {
        var folder = ChooseTemporaryFolder();
        try
        {
            var file = folder.CreateUnnamedFile();
            Descriptors.Truncate(file, size);
            return new DriveImage(name, [new ImageLayer(file, "raw", ReadOnly: false, size)], size);
        }
        catch (ImageException e)
        {
            throw new GuestfsException(action.Name, e.ErrnoName, $"{action.Name}: {e.Message}", e);
        }
        catch (PosixException e)
        {
            throw new GuestfsException(action.Name, e.ErrnoName, $"{action.Name}: {folder.Explain(e).Message}", e);
        }
    }

    private static void CheckLabel(ActionDescriptor action, string? label)
    {
        // The label becomes a SCSI serial number, which QEMU cuts at 20 characters.
        if (label is not null && (label.Length is 0 or > 20 || !label.All(char.IsAsciiLetter)))
        {
            throw Error(action, "EINVAL", $"{label}: a label has 1 to 20 ASCII letters");
        }
    }

    private static void CheckBlockSize(ActionDescriptor action, int? blockSize)
    {
        if (blockSize is not (null or 512 or 4096))
        {
            throw Error(action, "EINVAL", $"{blockSize}: the block size of a drive is 512 or 4096 bytes");
        }
    }

    private static string? Interface(ActionDescriptor action, string? name) => name switch
    {
        null or "virtio" or "ide" or "scsi" => name,
        _ => throw Error(action, "EINVAL", $"{name}: unknown drive interface; virtio, scsi and ide exist"),
    };

    private static DriveDiscard Discard(ActionDescriptor action, string? discard, bool readOnly) => discard switch
    {
        null or "disable" => DriveDiscard.Disable,
        "enable" when readOnly => throw Error(action, "EINVAL", "discard=enable is impossible on a read-only drive"),
        "enable" => DriveDiscard.Enable,
        "besteffort" => readOnly ? DriveDiscard.Disable : DriveDiscard.BestEffort,
        _ => throw Error(action, "EINVAL", $"{discard}: discard is disable, enable or besteffort"),
    };

    private static DriveCacheMode CacheMode(ActionDescriptor action, string? mode) => mode switch
    {
        null or "writeback" => DriveCacheMode.WriteBack,
        "unsafe" => DriveCacheMode.Unsafe,
        _ => throw Error(action, "EINVAL", $"{mode}: the cache mode is writeback or unsafe"),
    };

    private void ReleaseDrives()
    {
        foreach (var drive in _drives)
        {
            drive.Dispose();
        }

        _drives.Clear();
    }
}
