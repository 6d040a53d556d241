using VirtTools.Wire;

namespace VirtTools.BlockAccess;

/// <summary>A stretch of a block device, and whether it reads as zeros without being read.</summary>
internal readonly record struct NbdExtent(long Length, bool IsZero);

/// <summary>A request on its way to the export, and what came back for it.</summary>
internal sealed class NbdRequest
{
    // As many as QEMU sends (NBD_MAX_BLOCK_STATUS_EXTENTS).
    private const int MostExtents = 128 * 1024;

    private readonly List<NbdExtent> _extents = [];
    private long _received;

    private NbdRequest(NbdCommand command, long offset, int length, Memory<byte> content)
    {
        Command = command;
        Offset = offset;
        Length = length;
        Content = content;
    }

    public NbdCommand Command { get; }

    public long Offset { get; }

    public int Length { get; }

    /// <summary>What is written, or where what is read goes.</summary>
    public Memory<byte> Content { get; }

    public ulong Handle { get; set; }

    public bool IsComplete { get; private set; }

    /// <summary>The error number that the export gave; 0 for success.</summary>
    public uint Error { get; set; }

    /// <summary>The answer to a question for allocation: stretches from <see cref="Offset"/> on, which may end early or go beyond the length.</summary>
    public IReadOnlyList<NbdExtent> Extents => _extents;

    public static NbdRequest Read(long offset, Memory<byte> target) => new(NbdCommand.Read, offset, target.Length, target);

    public static NbdRequest Write(long offset, Memory<byte> content) => new(NbdCommand.Write, offset, content.Length, content);

    public static NbdRequest WriteZeroes(long offset, int length) => new(NbdCommand.WriteZeroes, offset, length, default);

    public static NbdRequest BlockStatus(long offset, int length) => new(NbdCommand.BlockStatus, offset, length, default);

    public static NbdRequest Flush() => new(NbdCommand.Flush, 0, 0, default);

    /// <summary>Ends the connection; there is no reply to it.</summary>
    public static NbdRequest Disconnect() => new(NbdCommand.Disconnect, 0, 0, default);

    /// <summary>The part of <see cref="Content"/> that a chunk of the reply fills.</summary>
    /// <exception cref="ProtocolException">The chunk lies outside of what was asked for.</exception>
    public Memory<byte> Place(ulong offset, uint length)
    {
        if (Command != NbdCommand.Read || offset < (ulong)Offset || length == 0 || length > (uint)Length
            || offset - (ulong)Offset > (ulong)(Length - (int)length))
        {
            throw new ProtocolException($"QEMU's block export answered a request for {Length} bytes at {Offset} with {length} bytes at {offset}");
        }

        _received += length;
        if (_received > Length)
        {
            throw new ProtocolException($"QEMU's block export sent more than the {Length} bytes that were asked for");
        }

        return Content.Slice((int)(offset - (ulong)Offset), (int)length);
    }

    /// <summary>Takes a stretch of the answer to a question for allocation.</summary>
    /// <exception cref="ProtocolException">It is empty, or was not asked for.</exception>
    public void AddExtent(uint length, bool isZero)
    {
        if (Command != NbdCommand.BlockStatus || length == 0 || _extents.Count == MostExtents)
        {
            throw new ProtocolException("QEMU's block export sent an extent that nobody asked for, an empty one, or too many");
        }

        _extents.Add(new(length, isZero));
    }

    /// <summary>The last chunk has come.</summary>
    /// <exception cref="ProtocolException">Less or more came than was asked for.</exception>
    public void Complete()
    {
        IsComplete = true;
        if (Error != 0)
        {
            return;
        }

        if (Command == NbdCommand.Read && _received != Length)
        {
            throw new ProtocolException($"QEMU's block export answered a request for {Length} bytes with {_received}");
        }

        if (Command == NbdCommand.BlockStatus && _extents.Count == 0)
        {
            throw new ProtocolException("QEMU's block export answered a question for allocation with nothing");
        }
    }
}
