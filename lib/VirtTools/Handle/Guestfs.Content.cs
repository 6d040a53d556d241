using VirtTools.Declarations;
using VirtTools.Handle;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>Actions that read and write whole files through the transfer actions of the daemon.</summary>
public sealed partial class Guestfs
{
    /// <summary>Content up to this size goes to the daemon in one message; more is sent as a file.</summary>
    private const int LargestInlineContent = 2 * 1024 * 1024;

    /// <summary>Most bytes that an action returns as one value (<c>cat</c>, <c>read_file</c>, <c>read_lines</c>); 256 MiB unless set.</summary>
    public long ReadLimit { get; set; } = 256 * 1024 * 1024;

    [SyncTwin]
    private protected override async Task<string> CatCoreAsync(string path, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return ByteString.GetString(content.Span);
    }

    [SyncTwin]
    private protected override async Task<byte[]> ReadFileCoreAsync(string path, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return content.ToArray();
    }

    [SyncTwin]
    private protected override async Task<string[]> ReadLinesCoreAsync(string path, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return SplitLines(content);
    }

    [SyncTwin]
    private protected override async Task<string[]> FindCoreAsync(string directory, CancellationToken cancellationToken)
    {
        var buffer = new BoundedBuffer(ReadLimit);
        await Find0Async(directory, buffer, cancellationToken).ConfigureAwait(false);
        return Sorted(buffer);
    }

    [SyncTwin]
    private protected override async Task<string[]> LsCoreAsync(string directory, CancellationToken cancellationToken)
    {
        var buffer = new BoundedBuffer(ReadLimit);
        await Ls0Async(directory, buffer, cancellationToken).ConfigureAwait(false);
        return Sorted(buffer);
    }

    [SyncTwin]
    private protected override async Task<Dirent[]> ReaddirCoreAsync(string dir, CancellationToken cancellationToken)
    {
        var buffer = new BoundedBuffer(ReadLimit);
        await InternalReaddirAsync(dir, buffer, cancellationToken).ConfigureAwait(false);
        return ParseEntries(buffer, dir);
    }

    [SyncTwin]
    private protected override async Task WriteCoreAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (content.Length <= LargestInlineContent)
        {
            await InternalWriteAsync(path, content, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await UploadAsync(stream, path, cancellationToken).ConfigureAwait(false);
    }

    [SyncTwin]
    private protected override async Task WriteAppendCoreAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        do
        {
            var piece = content[..Math.Min(content.Length, LargestInlineContent)];
            await InternalWriteAppendAsync(path, piece, cancellationToken).ConfigureAwait(false);
            content = content[piece.Length..];
        }
        while (!content.IsEmpty);
    }

    [SyncTwin]
    private async ValueTask<BoundedBuffer> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = new BoundedBuffer(ReadLimit);
        await DownloadAsync(path, buffer, cancellationToken).ConfigureAwait(false);
        return buffer;
    }

    /// <summary>Lines without their ends; a carriage return before a newline belongs to the end.</summary>
    private static string[] SplitLines(BoundedBuffer content)
    {
        var lines = new List<string>();
        var rest = content.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            lines.Add(ByteString.GetString(line is [.. var start, (byte)'\r'] && end >= 0 ? start : line));
        }

        return [.. lines];
    }

    private static string[] Sorted(BoundedBuffer buffer)
    {
        var names = NameList.Split(buffer.Span);
        Array.Sort(names, NameList.Compare);
        return names;
    }

    private static Dirent[] ParseEntries(BoundedBuffer buffer, string directory)
    {
        try
        {
            var reader = new XdrReader(buffer.Span);
            var entries = new List<Dirent>();
            while (reader.Remaining > 0)
            {
                entries.Add(StructCodecs.ReadDirent(ref reader));
            }

            return [.. entries];
        }
        catch (ProtocolException e)
        {
            throw new GuestfsException("readdir", "EPROTO", $"readdir: {directory}: the appliance broke the protocol: {e.Message}", e);
        }
    }
}
