using System.Buffers.Binary;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>File transfers through the mailbox: the content lies in shared memory, the channel carries which slot and how much.</summary>
internal sealed partial class DaemonSession
{
    /// <summary>The mailbox, once the daemon has agreed on it.</summary>
    public Mailbox? Mailbox { get; set; }

    private bool HasMailbox => Mailbox is { Layout: not null };

    /// <summary>Sends a file; null, or what stopped it on our side.</summary>
    [SyncTwin]
    private async ValueTask<Exception?> SendFileBySlotsAsync(string action, TransferFile source, CancellationToken cancellationToken)
    {
        var mailbox = Mailbox!;
        var frame = new byte[SlotChunk.FrameSize];
        mailbox.Slots!.Reset();
        while (true)
        {
            var stop = await FindReasonToStopAsync(action, cancellationToken).ConfigureAwait(false);
            var slot = stop is null ? mailbox.Slots.TryTake() : null;
            while (stop is null && slot is null)
            {
                stop = await TakeFrameAsync(action, cancellationToken).ConfigureAwait(false) ?? UserReasonToStop(action);
                slot = stop is null ? mailbox.Slots.TryTake() : null;
            }

            if (stop is not null)
            {
                await SendChunkAsync(frame, 0, cancel: true, cancellationToken).ConfigureAwait(false);
                return stop is TransferCancelledException ? null : stop;
            }

            var room = mailbox[slot!.Value];
            var count = 0;
            var atEnd = false;
            while (count < room.Length && !atEnd && UserReasonToStop(action) is null)
            {
                int more;
                try
                {
                    more = await source.Stream.ReadSomeAsync(room[count..], cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
                {
                    await SendChunkAsync(frame, 0, cancel: true, cancellationToken).ConfigureAwait(false);
                    return new GuestfsException(action, "EIO", $"{action}: {source.Name}: cannot be read: {e.Message}", e);
                }

                atEnd = more == 0;
                count += more;
            }

            if (count > 0)
            {
                new SlotChunk(slot.Value, count).Write(frame);
                if (!await Connection.SendAsync(frame, cancellationToken).ConfigureAwait(false))
                {
                    throw new ApplianceGoneException();
                }
            }

            if (atEnd)
            {
                await SendChunkAsync(frame, 0, cancel: false, cancellationToken).ConfigureAwait(false);
                return null;
            }
        }
    }

    /// <summary>Lets the daemon fill a slot again.</summary>
    [SyncTwin]
    private async ValueTask GiveBackAsync(int slot, CancellationToken cancellationToken)
    {
        var message = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(message, Protocol.SlotFlag);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), slot);
        if (!await Connection.SendAsync(message, cancellationToken).ConfigureAwait(false))
        {
            throw new ApplianceGoneException();
        }
    }
}
