using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Files;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on the content of files and devices that fits into one message.</summary>
internal sealed class FileContentActions(GuestRoot root, CallProgress progress) : UnsupportedFileContentActions
{
    private const uint NewFileMode = 0x1B6; // 0666, less the umask
    private const int DefaultLines = 10;

    /// <summary>How much <c>zero</c> overwrites: past every superblock at the start of a device.</summary>
    private const int ZeroedStart = 128 * 1024;

    public override byte[] Pread(string path, int count, long offset)
    {
        using var file = root.OpenForReading(path);
        ContentCopy.RequireContent(file, path);
        return Read(file, path, count, offset);
    }

    public override byte[] PreadDevice(string device, int count, long offset)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly);
        return Read(file, device, count, offset);
    }

    public override int Pwrite(string path, ReadOnlyMemory<byte> content, long offset)
    {
        using var file = root.Open(path, OpenFlags.WriteOnly);
        return Write(file, path, content, offset);
    }

    public override int PwriteDevice(string device, ReadOnlyMemory<byte> content, long offset)
    {
        using var file = Descriptors.Open(device, OpenFlags.WriteOnly);
        return Write(file, device, content, offset);
    }

    public override void InternalWrite(string path, ReadOnlyMemory<byte> content) =>
        WriteTo(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, content.Span);

    public override void InternalWriteAppend(string path, ReadOnlyMemory<byte> content) =>
        WriteTo(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, content.Span);

    public override void Truncate(string path) => TruncateSize(path, 0);

    public override void TruncateSize(string path, long size)
    {
        if (size < 0)
        {
            throw new DaemonException("EINVAL", $"{path}: size is negative");
        }

        using var file = root.Open(path, OpenFlags.WriteOnly);
        Descriptors.Truncate(file, size);
    }

    public override void Fallocate(string path, int len) => Fallocate64(path, len);

    public override void Fallocate64(string path, long len)
    {
        if (len < 0)
        {
            throw new DaemonException("EINVAL", $"{path}: length < 0");
        }

        using var file = root.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, NewFileMode);
        if (len == 0)
        {
            return;
        }

        try
        {
            Kernel.Allocate(file, len);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOTSUP)
        {
            FileContent.Fill(file, [0], len, progress);
        }
    }

    public override void Fill(int c, int len, string path)
    {
        if (c is < 0 or > byte.MaxValue)
        {
            throw new DaemonException("EINVAL", $"{c}: byte number must be in range [0..255]");
        }

        Fill(path, [(byte)c], len);
    }

    public override void FillPattern(string pattern, int len, string path)
    {
        if (pattern.Length == 0)
        {
            throw new DaemonException("EINVAL", $"{path}: pattern string must be non-empty");
        }

        Fill(path, ByteString.GetBytes(pattern), len);
    }

    public override void FillDir(string dir, int nr)
    {
        using var folder = root.OpenFolder(dir);
        for (var i = 0; i < nr; i++)
        {
            Descriptors.OpenAt(
                folder, i.ToString("D8", null), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, NewFileMode).Dispose();
        }
    }

    public override void Zero(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadWrite);
        Descriptors.WriteAt(file, new byte[(int)Math.Min(ZeroedStart, Descriptors.SizeOf(file))], 0);
        Descriptors.Synchronize(file);
    }

    public override void ZeroDevice(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadWrite);
        var size = Descriptors.SizeOf(file);
        var block = new byte[1024 * 1024];
        var zeros = new byte[block.Length];
        for (long offset = 0; offset < size;)
        {
            var count = Descriptors.ReadAt(file, block.AsSpan(0, (int)Math.Min(block.Length, size - offset)), offset);
            if (count == 0)
            {
                break;
            }

            // What is zero already stays unwritten, so that a sparse image stays sparse.
            if (block.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                Descriptors.WriteAt(file, zeros.AsSpan(0, count), offset);
            }

            offset += count;
            progress.Report((ulong)offset, (ulong)size);
        }

        Descriptors.Synchronize(file);
    }

    public override bool IsZero(string path)
    {
        using var file = root.OpenForReading(path);
        ContentCopy.RequireContent(file, path);
        return FileContent.IsZero(file);
    }

    public override bool IsZeroDevice(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly);
        return FileContent.IsZero(file);
    }

    public override string Checksum(string csumType, string path)
    {
        using var file = root.OpenForReading(path);
        ContentCopy.RequireContent(file, path);
        return Checksums.Of(csumType, file, path);
    }

    public override string ChecksumDevice(string csumType, string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly);
        return Checksums.Of(csumType, file, device);
    }

    public override void ChecksumsOut(string csumType, string directory, OutgoingFile sumsFile)
    {
        using var folder = root.OpenFolder(directory);
        Checksums.OfTree(csumType, folder, sumsFile);
    }

    public override string[] Head(string path) => HeadN(DefaultLines, path);

    public override string[] HeadN(int nrLines, string path) => WithContent(path, file => Lines.First(file, nrLines));

    public override string[] Tail(string path) => TailN(DefaultLines, path);

    public override string[] TailN(int nrLines, string path) => WithContent(path, file => Lines.Last(file, nrLines));

    public override int WcL(string path) => WithContent(path, WordCount.Lines);

    public override int WcW(string path) => WithContent(path, WordCount.Words);

    public override int WcC(string path) => WithContent(path, WordCount.Bytes);

    private T WithContent<T>(string path, Func<SafeFileHandle, T> work)
    {
        using var file = root.OpenForReading(path);
        ContentCopy.RequireContent(file, path);
        return work(file);
    }

    private void Fill(string path, byte[] pattern, int length)
    {
        if (length < 0)
        {
            throw new DaemonException("EINVAL", $"{path}: length is < 0");
        }

        using var file = root.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, NewFileMode);
        FileContent.Fill(file, pattern, length, progress);
    }

    private void WriteTo(string path, OpenFlags flags, ReadOnlySpan<byte> content)
    {
        using var file = root.Open(path, flags, NewFileMode);
        Descriptors.WriteAll(file, content);
    }

    private static byte[] Read(SafeFileHandle file, string path, int count, long offset)
    {
        if (count < 0 || offset < 0)
        {
            throw new DaemonException("EINVAL", $"{path}: count or offset is negative");
        }

        // The result must fit into a message beside its header.
        if (count >= Wire.Protocol.MessageMax - Wire.Protocol.HeaderSize)
        {
            throw new DaemonException("E2BIG", $"{path}: count is too large for the protocol, use smaller reads");
        }

        var length = Descriptors.Stat(file) is { Kind: FileKind.Regular, Size: > 0 } status
            ? (int)Math.Clamp(status.Size - offset, 0, count)
            : count;
        var content = new byte[length];
        var read = Descriptors.ReadAt(file, content, offset);
        return read == content.Length ? content : content[..read];
    }

    private static int Write(SafeFileHandle file, string path, ReadOnlyMemory<byte> content, long offset)
    {
        if (offset < 0)
        {
            throw new DaemonException("EINVAL", $"{path}: offset is negative");
        }

        Descriptors.WriteAt(file, content.Span, offset);
        return content.Length;
    }
}
