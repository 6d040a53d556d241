using System.Buffers;
using System.Buffers.Binary;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>File transfers: chunks from the host to the daemon and back.</summary>
internal sealed partial class DaemonSession
{
    /// <summary>Length word, cancel word and data length in front of a chunk's data.</summary>
    private const int ChunkPrefix = 12;

    /// <summary>Sends a file; null, or what stopped it on our side.</summary>
    [SyncTwin]
    private async ValueTask<Exception?> SendFileAsync(string action, TransferFile source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkPrefix + ChunkSize + 3);
        try
        {
            while (true)
            {
                var stop = await FindReasonToStopAsync(action, cancellationToken).ConfigureAwait(false);
                if (stop is not null)
                {
                    await SendChunkAsync(buffer, 0, cancel: true, cancellationToken).ConfigureAwait(false);
                    return stop is TransferCancelledException ? null : stop;
                }

                int count;
                try
                {
                    count = await source.Stream.ReadSomeAsync(buffer.AsMemory(ChunkPrefix, ChunkSize), cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
                {
                    await SendChunkAsync(buffer, 0, cancel: true, cancellationToken).ConfigureAwait(false);
                    return new GuestfsException(action, "EIO", $"{action}: {source.Name}: cannot be read: {e.Message}", e);
                }

                await SendChunkAsync(buffer, count, cancel: false, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Looks whether the transfer should stop: the user said so, a handler failed, or the daemon sent a cancel flag
    /// (<see cref="TransferCancelledException"/>: its error reply follows and tells why).
    /// </summary>
    [SyncTwin]
    private async ValueTask<Exception?> FindReasonToStopAsync(string action, CancellationToken cancellationToken)
    {
        while (Connection.HasInput)
        {
            if (await TakeFrameAsync(action, cancellationToken).ConfigureAwait(false) is { } stop)
            {
                return stop;
            }
        }

        return UserReasonToStop(action);
    }

    /// <summary>Takes one frame of a daemon that receives a file; not null where it wants no more.</summary>
    [SyncTwin]
    private async ValueTask<Exception?> TakeFrameAsync(string action, CancellationToken cancellationToken)
    {
        var frame = await Connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        switch (frame.Kind)
        {
            case FrameKind.End:
                throw new ApplianceGoneException();
            case FrameKind.Progress:
                RaiseProgress(frame.Content.Span, action);
                return null;
            case FrameKind.Slot when HasMailbox:
                Mailbox!.Slots!.GiveBack(BinaryPrimitives.ReadUInt32BigEndian(frame.Content.Span));
                return null;
            case FrameKind.Cancel:
                return new TransferCancelledException();
            default:
                throw new ProtocolException($"{action}: the appliance sent {frame.Kind} while it receives a file");
        }
    }

    /// <summary>Why a transfer should stop, where the user or an event handler wants that.</summary>
    public Exception? UserReasonToStop(string action) =>
        _cancelRequested ? new GuestfsException(action, "EINTR", $"{action}: operation cancelled by user")
        : events.HasFailed ? new GuestfsException(action, "EINTR", $"{action}: an event handler failed")
        : null;

    [SyncTwin]
    private async ValueTask SendChunkAsync(byte[] buffer, int count, bool cancel, CancellationToken cancellationToken)
    {
        var padding = -count & 3;
        buffer.AsSpan(ChunkPrefix + count, padding).Clear();
        BinaryPrimitives.WriteUInt32BigEndian(buffer, (uint)(ChunkPrefix - 4 + count + padding));
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(4), cancel ? 1u : 0u);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(8), (uint)count);
        if (!await Connection.SendAsync(buffer.AsMemory(0, ChunkPrefix + count + padding), cancellationToken).ConfigureAwait(false))
        {
            throw new ApplianceGoneException();
        }
    }

    /// <summary>Receives a file after the reply that announced it.</summary>
    [SyncTwin]
    private async ValueTask ReceiveFileAsync(DaemonCall call, CancellationToken cancellationToken)
    {
        var action = call.Action.Name;
        TransferFile? target = null;
        Exception? failure = null;
        var flagSent = false;
        try
        {
            try
            {
                target = TransferFile.OpenTarget(call);
            }
            catch (GuestfsException e)
            {
                failure = e;
            }

            while (true)
            {
                failure ??= UserReasonToStop(action);
                if (failure is not null && !flagSent)
                {
                    flagSent = true;
                    await SendCancelFlagAsync(cancellationToken).ConfigureAwait(false);
                }

                var chunk = await ReceiveChunkAsync(action, cancellationToken).ConfigureAwait(false);
                if (chunk is not { } data)
                {
                    throw failure ?? new GuestfsException(action, "EIO", $"{action}: the appliance could not read on; what was received is incomplete");
                }

                if (data.Content.IsEmpty)
                {
                    break;
                }

                failure ??= await WriteAsync(target!, data.Content, action, cancellationToken).ConfigureAwait(false);
                if (data.Slot is { } slot)
                {
                    await GiveBackAsync(slot, cancellationToken).ConfigureAwait(false);
                }
            }

            if (failure is not null)
            {
                throw failure;
            }
        }
        finally
        {
            target?.Dispose();
        }
    }

    [SyncTwin]
    private static async ValueTask<Exception?> WriteAsync(
        TransferFile target, ReadOnlyMemory<byte> data, string action, CancellationToken cancellationToken)
    {
        try
        {
            await target.Stream.WriteAllAsync(data, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (IOException e)
        {
            return new GuestfsException(action, "EIO", $"{action}: {target.Name}: cannot be written: {e.Message}", e);
        }
    }

    [SyncTwin]
    private async ValueTask SendCancelFlagAsync(CancellationToken cancellationToken)
    {
        var flag = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(flag, Protocol.CancelFlag);
        if (!await Connection.SendAsync(flag, cancellationToken).ConfigureAwait(false))
        {
            throw new ApplianceGoneException();
        }
    }

    /// <summary>The next chunk, empty at the end of the file, null when the daemon cancelled.</summary>
    [SyncTwin]
    private async ValueTask<ReceivedChunk?> ReceiveChunkAsync(string action, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await Connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            switch (frame.Kind)
            {
                case FrameKind.End:
                    throw new ApplianceGoneException();
                case FrameKind.Progress:
                    RaiseProgress(frame.Content.Span, action);
                    break;
                case FrameKind.Message:
                    return ParseChunk(frame.Content, action);
                default:
                    throw new ProtocolException($"{action}: the appliance sent {frame.Kind} in the middle of a file");
            }
        }
    }

    private ReceivedChunk? ParseChunk(ReadOnlyMemory<byte> content, string action)
    {
        var reader = new XdrReader(content.Span);
        var kind = (ChunkKind)reader.ReadInt32();
        if (kind == ChunkKind.Slot)
        {
            var chunk = SlotChunk.Read(ref reader, Mailbox?.Layout);
            return new(Mailbox!.ContentOf(chunk), chunk.Slot);
        }

        var length = reader.ReadSpan().Length;
        reader.End();
        return kind switch
        {
            ChunkKind.Content => new(content.Slice(8, length), null),
            ChunkKind.Cancelled => null,
            _ => throw new ProtocolException($"{action}: a chunk's cancel word has the value {(int)kind}"),
        };
    }

    /// <summary>A piece of a file.</summary>
    /// <param name="Content">Valid until the next frame is received, or until its slot is given back.</param>
    /// <param name="Slot">The slot of the mailbox that it lies in; null for none.</param>
    private readonly record struct ReceivedChunk(ReadOnlyMemory<byte> Content, int? Slot);
}
