using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>The content of a guest's file on the host: a file without a name where that is possible, so that nothing can be left of it.</summary>
internal sealed class ContentFile : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private const int BlockSize = 1 << 16;

    private readonly SafeFileHandle _file;

    private ContentFile(SafeFileHandle file) => _file = file;

    /// <summary>Size in bytes.</summary>
    public long Size => Descriptors.Stat(_file).Size;

    /// <summary>An empty one.</summary>
    /// <param name="folder">The temporary folder of the host.</param>
    /// <exception cref="CommandFailedException">The folder cannot be written.</exception>
    public static ContentFile Create(string folder)
    {
        try
        {
            return new(Unnamed(folder));
        }
        catch (PosixException e)
        {
            throw new CommandFailedException($"the temporary folder cannot be used (TMPDIR names another): {e.Message}");
        }
    }

    /// <summary>What a program has left under a name.</summary>
    /// <exception cref="PosixException">There is no such file, or it is a link.</exception>
    public static ContentFile Open(string path) => new(Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking));

    /// <summary>Reads it from its start.</summary>
    public Stream OpenRead() => new FileStream(Reopen(OpenFlags.ReadOnly), FileAccess.Read, BlockSize);

    /// <summary>Writes it from its start.</summary>
    public Stream OpenWrite() => new FileStream(Reopen(OpenFlags.WriteOnly), FileAccess.Write, BlockSize);

    /// <summary>A descriptor of its own at the start of the content, for a program.</summary>
    public SafeFileHandle Reopen(OpenFlags access) =>
        Descriptors.Open($"/proc/self/fd/{_file.DangerousGetHandle()}", access);

    /// <summary>Whether the two hold the same bytes.</summary>
    public bool Equals(ContentFile other)
    {
        if (Size != other.Size)
        {
            return false;
        }

        var (mine, theirs) = (new byte[BlockSize], new byte[BlockSize]);
        for (long offset = 0; ; offset += BlockSize)
        {
            var count = Descriptors.ReadAt(_file, mine, offset);
            if (count != Descriptors.ReadAt(other._file, theirs, offset) || !mine.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count)))
            {
                return false;
            }

            if (count < BlockSize)
            {
                return true;
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Unnamed(string folder)
    {
        try
        {
            return Descriptors.Open(folder, OpenFlags.Unnamed | OpenFlags.ReadWrite, OwnerOnly);
        }
        catch (PosixException e) when (e.ErrnoName is "ENOTSUP" or "EISDIR" or "EINVAL")
        {
            // NFS, FUSE and others know no unnamed files: make one and take its name away at once.
            var path = $"{folder}/virt-edit-{Guid.NewGuid():N}";
            var file = Descriptors.Open(path, OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.ReadWrite, OwnerOnly);
            Descriptors.Unlink(path);
            return file;
        }
    }
}
