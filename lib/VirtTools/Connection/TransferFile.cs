using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Connection;

/// <summary>The host's end of a file argument: a stream of the caller, or a file that we open.</summary>
internal sealed class TransferFile : IDisposable
{
    private readonly bool _owned;

    private TransferFile(Stream stream, bool owned, string name)
    {
        Stream = stream;
        Name = name;
        _owned = owned;
    }

    public Stream Stream { get; }

    /// <summary>The file, where we have opened it and it is a regular one: then holes in it are ours to find and to make.</summary>
    public FileStream? OwnRegularFile =>
        _owned && Stream is FileStream file && Descriptors.Stat(file.SafeFileHandle).Kind == FileKind.Regular ? file : null;

    /// <summary>How messages call it.</summary>
    public string Name { get; }

    /// <summary>Size in bytes where it is known, else 0.</summary>
    public long Size => Stream is { CanSeek: true } seekable ? Math.Max(0, seekable.Length - seekable.Position) : 0;

    /// <summary>The content of a FileIn argument.</summary>
    /// <exception cref="GuestfsException">The host file cannot be opened.</exception>
    public static TransferFile OpenSource(DaemonCall call) =>
        call.FileStream is { } stream
            ? new TransferFile(stream, owned: false, "the stream")
            : Open(call, OpenFlags.ReadOnly, FileAccess.Read);

    /// <summary>Where the content of a FileOut argument goes.</summary>
    /// <exception cref="GuestfsException">The host file cannot be made.</exception>
    public static TransferFile OpenTarget(DaemonCall call) =>
        call.FileStream is { } stream
            ? new TransferFile(stream, owned: false, "the stream")
            : Open(call, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, FileAccess.Write);

    public void Dispose()
    {
        if (_owned)
        {
            Stream.Dispose();
        }
    }

    private static TransferFile Open(DaemonCall call, OpenFlags flags, FileAccess access)
    {
        var path = call.FilePath!;
        try
        {
            SafeFileHandle handle = Descriptors.Open(path, flags | OpenFlags.NoControllingTerminal, 0x1B6 /* 0666 */);
            return new TransferFile(new FileStream(handle, access, bufferSize: 0), owned: true, path);
        }
        catch (PosixException e)
        {
            throw new GuestfsException(call.Action.Name, e.ErrnoName, $"{call.Action.Name}: {path}: {VirtTools.Posix.Errno.Message(e.Errno)}", e);
        }
    }
}
