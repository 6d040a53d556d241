using VirtTools.Declarations;
using VirtTools.Events;
using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>
/// A connection whose daemon is ready: carries out one call after another. The caller makes sure that only one runs at a time.
/// </summary>
internal sealed partial class DaemonSession(DaemonConnection connection, EventHandlers events) : IDisposable
{
    private uint _serial = Protocol.FirstSerial;
    private uint _runningSerial;
    private volatile bool _cancelRequested;
    private bool _awaitsLaunch;

    /// <summary>Largest piece of a file in one chunk; larger once the daemon turned out to be ours.</summary>
    public int ChunkSize { get; set; } = Protocol.ChunkMax;

    /// <summary>Whether the daemon is ours and knows extensions.</summary>
    public bool HasExtensions { get; set; }

    public DaemonConnection Connection { get; } = connection;

    /// <summary>Asks the transfer that runs now to stop.</summary>
    public void RequestCancel() => _cancelRequested = true;

    /// <summary>Forgets a request that came while nothing ran.</summary>
    public void ClearCancel() => _cancelRequested = false;

    /// <summary>Carries out a call: request, files, reply.</summary>
    /// <returns>The body of the reply.</returns>
    /// <exception cref="GuestfsException">The daemon answered with an error, a host file failed, or the user cancelled.</exception>
    /// <exception cref="ApplianceGoneException">The appliance ended.</exception>
    /// <exception cref="ProtocolException">The daemon sent what no daemon sends; the connection cannot be used any more.</exception>
    [SyncTwin]
    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(DaemonCall call, CancellationToken cancellationToken)
    {
        var action = call.Action;
        using var source = action.HasFileIn ? TransferFile.OpenSource(call) : null;
        await SendRequestAsync(
            (uint)action.Procedure, call.OptionalBits, (ulong)(source?.Size ?? 0), call.Body.Written, action.Name, cancellationToken).ConfigureAwait(false);

        Exception? failure = null;
        if (source is not null)
        {
            // A seekable source of little content is not worth a slot; of another one nobody knows.
            failure = HasMailbox && source.Size is 0 or >= MailboxLayout.LeastContent
                ? await SendFileBySlotsAsync(action.Name, source, cancellationToken).ConfigureAwait(false)
                : await SendFileAsync(action.Name, source, cancellationToken).ConfigureAwait(false);
        }

        var reply = await ReceiveReplyAsync((uint)action.Procedure, action.Name, failure, cancellationToken).ConfigureAwait(false);

        // The reply lies in the connection's buffer, which another thread's call may fill before this one has decoded it.
        var body = reply.ToArray();
        if (action.HasFileOut)
        {
            await ReceiveFileAsync(call, cancellationToken).ConfigureAwait(false);
        }

        return body;
    }

    /// <summary>Carries out an extension call of this project; null where the daemon does not know it.</summary>
    [SyncTwin]
    public async ValueTask<ReadOnlyMemory<byte>?> TryExtensionAsync(uint procedure, XdrWriter arguments, CancellationToken cancellationToken)
    {
        await SendRequestAsync(procedure, 0, 0, arguments.Written, "extension", cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReceiveReplyAsync(procedure, "extension", null, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException)
        {
            // Any error reply means the original's daemon: it knows no extension.
            return null;
        }
    }

    /// <summary>Carries out an extension call that may fail; null where the daemon does not know it.</summary>
    /// <param name="name">What the caller asked for, for messages.</param>
    /// <exception cref="GuestfsException">The daemon knows it and failed.</exception>
    [SyncTwin]
    public async ValueTask<ReadOnlyMemory<byte>?> CallExtensionAsync(uint procedure, XdrWriter arguments, string name, CancellationToken cancellationToken)
    {
        await SendRequestAsync(procedure, 0, 0, arguments.Written, name, cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReceiveReplyAsync(procedure, name, null, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (e.ErrnoName == "ENOSYS")
        {
            return null;
        }
    }

    /// <summary>The first call of all, on a daemon that is not ready yet: it answers with the launch flag and a reply.</summary>
    /// <exception cref="GuestfsException">The daemon could not get ready.</exception>
    /// <exception cref="ApplianceGoneException">The appliance ended.</exception>
    /// <exception cref="ProtocolException">The daemon sent what no daemon sends.</exception>
    [SyncTwin]
    public async ValueTask<HandOverReply> SendHandOverAsync(HandOver handOver, CancellationToken cancellationToken)
    {
        const string Name = "launch";
        using var arguments = new XdrWriter();
        handOver.Write(arguments);
        await SendRequestAsync(HandOver.Procedure, 0, 0, arguments.Written, Name, cancellationToken).ConfigureAwait(false);
        _awaitsLaunch = true;
        var reply = await ReceiveReplyAsync(HandOver.Procedure, Name, null, cancellationToken).ConfigureAwait(false);
        if (_awaitsLaunch)
        {
            throw new ProtocolException("the appliance answered before it was ready");
        }

        return Parse(reply.Span);

        static HandOverReply Parse(ReadOnlySpan<byte> body)
        {
            var reader = new XdrReader(body);
            return HandOverReply.Read(ref reader);
        }
    }

    public void Dispose() => Connection.Dispose();

    [SyncTwin]
    private async ValueTask SendRequestAsync(
        uint procedure, ulong optionalBits, ulong progressHint, ReadOnlyMemory<byte> body, string action, CancellationToken cancellationToken)
    {
        _runningSerial = _serial++;
        using var message = new XdrWriter();
        try
        {
            message.WriteUInt32(0);
            MessageHeader.ForCall(procedure, _runningSerial, progressHint, optionalBits).Write(message);
            body.Span.CopyTo(message.Reserve(body.Length));
            message.PatchUInt32(0, (uint)message.Length - 4);
        }
        catch (MessageTooLargeException)
        {
            throw new GuestfsException(action, "EMSGSIZE", $"{action}: the arguments are larger than the protocol allows (4 MiB)");
        }

        if (!await Connection.SendAsync(message.Written, cancellationToken).ConfigureAwait(false))
        {
            throw new ApplianceGoneException();
        }
    }

    /// <param name="failure">What went wrong on our side while sending; told instead of the daemon's view of it.</param>
    [SyncTwin]
    private async ValueTask<ReadOnlyMemory<byte>> ReceiveReplyAsync(
        uint procedure, string action, Exception? failure, CancellationToken cancellationToken)
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
                case FrameKind.Slot when HasMailbox:
                case FrameKind.Cancel:
                    // The last slots are given back after the end of the file. Or the daemon cancelled a transfer that we had already finished sending.
                    break;
                case FrameKind.Launch when _awaitsLaunch:
                    _awaitsLaunch = false;
                    break;
                case FrameKind.Launch or FrameKind.AwaitsHandOver:
                    throw new ProtocolException("the appliance started a second time");
                case FrameKind.Message:
                    var body = ParseReply(frame.Content, procedure, action, failure);
                    return failure is null ? body : throw failure;
                default:
                    throw new ProtocolException($"{action}: the appliance sent {frame.Kind} instead of a reply");
            }
        }
    }

    private ReadOnlyMemory<byte> ParseReply(ReadOnlyMemory<byte> content, uint procedure, string action, Exception? failure)
    {
        var reader = new XdrReader(content.Span);
        var header = MessageHeader.Read(ref reader);
        if (header != MessageHeader.ForReply(procedure, _runningSerial, header.Status) || header.Status > MessageStatus.Error)
        {
            throw new ProtocolException($"{action}: the appliance sent a reply that belongs to no call ({header})");
        }

        if (header.Status == MessageStatus.Ok)
        {
            return content[Protocol.HeaderSize..].ToArray();
        }

        var error = MessageError.Read(ref reader);
        reader.End();
        throw failure ?? new GuestfsException(action, error.ErrnoName, error.Message.StartsWith(action, StringComparison.Ordinal)
            ? error.Message
            : $"{action}: {error.Message}");
    }

    private void RaiseProgress(ReadOnlySpan<byte> content, string action)
    {
        if (!events.Wants(GuestEvents.Progress))
        {
            return;
        }

        var reader = new XdrReader(content);
        var progress = ProgressMessage.Read(ref reader);
        if (progress.Serial == _runningSerial)
        {
            events.Raise(new GuestEvent(GuestEvents.Progress, "", new CallProgress(action, progress.Position, progress.Total)));
        }
    }
}
