using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>Reads a folder that may hold an appliance.</summary>
internal static class ApplianceFolder
{
    private const int MaxManifestSize = 4 * 1024 * 1024;
    private const int SuperblockEnd = 2048;

    /// <summary>The appliance in a folder; null where there is none.</summary>
    /// <exception cref="ApplianceException">It is damaged, or of another version.</exception>
    public static ApplianceFiles? TryRead(string folder)
    {
        try
        {
            return Read(folder);
        }
        catch (PosixException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES)
        {
            return null;
        }
        catch (PosixException e)
        {
            throw new ApplianceException($"the appliance in {folder} cannot be read: {e.Message}; set LIBGUESTFS_PATH to another, or run virt-appliance build", e);
        }
    }

    private static ApplianceFiles Read(string folder)
    {
        using var kernel = Open($"{folder}/{ApplianceFiles.KernelName}");
        using var initrd = Open($"{folder}/{ApplianceFiles.InitrdName}");
        using var root = Open($"{folder}/{ApplianceFiles.RootName}");
        var manifest = TryReadManifest(folder);
        if (manifest is not null)
        {
            CheckVersion(manifest, folder);
            CheckSize(manifest.Kernel, kernel, $"{folder}/{ApplianceFiles.KernelName}");
            CheckSize(manifest.Initrd, initrd, $"{folder}/{ApplianceFiles.InitrdName}");
            CheckSize(manifest.Root, root, $"{folder}/{ApplianceFiles.RootName}");
        }

        Span<byte> start = stackalloc byte[SuperblockEnd];
        var length = Descriptors.ReadAt(root, start, 0);
        var uuid = ExtImage.UuidOf(start[..length])
            ?? throw new ApplianceException($"{folder}/{ApplianceFiles.RootName}: the root of an appliance must be an ext2, ext3 or ext4 file system");
        return new(
            $"{folder}/{ApplianceFiles.KernelName}", $"{folder}/{ApplianceFiles.InitrdName}", $"{folder}/{ApplianceFiles.RootName}", uuid, manifest);
    }

    private static void CheckVersion(ApplianceManifest manifest, string folder)
    {
        if (manifest.HandleVersion != ApplianceManifest.CurrentHandleVersion)
        {
            throw new ApplianceException(
                $"the appliance in {folder} is of version {manifest.HandleVersion}, but this program needs version "
                + $"{ApplianceManifest.CurrentHandleVersion}: build or install it again with virt-appliance");
        }
    }

    private static void CheckSize(ManifestFile expected, SafeFileHandle handle, string path)
    {
        if (Descriptors.Stat(handle).Size != expected.Size)
        {
            throw new ApplianceException($"{path}: not the file that the appliance's manifest describes: build or install the appliance again");
        }
    }

    private static ApplianceManifest? TryReadManifest(string folder)
    {
        var path = $"{folder}/{ApplianceManifest.FileName}";
        try
        {
            return ReadManifest(path);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>Reads a manifest's file.</summary>
    /// <exception cref="ApplianceException">It is not a manifest.</exception>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public static ApplianceManifest ReadManifest(string path)
    {
        using var handle = Open(path);
        var size = Descriptors.Stat(handle).Size;
        if (size > MaxManifestSize)
        {
            throw new ApplianceException($"{path}: too large for a manifest of an appliance: build or install the appliance again");
        }

        var json = new byte[size];
        return ApplianceManifest.Parse(json.AsSpan(0, Descriptors.ReadAt(handle, json, 0)), path);
    }

    // NonBlocking: a FIFO of that name must not hang us.
    private static SafeFileHandle Open(string path)
    {
        var handle = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        if (Descriptors.Stat(handle).Kind == FileKind.Regular)
        {
            return handle;
        }

        handle.Dispose();
        throw new ApplianceException($"{path}: not a regular file: build or install the appliance again");
    }
}
