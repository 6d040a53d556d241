using System.Buffers.Binary;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>Progress messages of the call that runs: none in the first two seconds, then at most three a second, and a last one.</summary>
internal sealed class CallProgress(Channel channel)
{
    /// <summary>Calls shorter than this send no message (protocol.json, progress_initial_delay_us).</summary>
    public const int InitialDelayMilliseconds = 2000;

    /// <summary>Least time between two messages (protocol.json, progress_period_us).</summary>
    public const int PeriodMilliseconds = 333;

    private uint _procedure;
    private uint _serial;
    private bool _allowed;
    private bool _sent;
    private long _next;

    /// <summary>A call begins.</summary>
    public void Begin(uint procedure, uint serial)
    {
        _procedure = procedure;
        _serial = serial;
        _allowed = false;
        _sent = false;
        _next = Environment.TickCount64 + InitialDelayMilliseconds;
    }

    /// <summary>The call is declared to send progress messages; without this all reports are ignored.</summary>
    public void Allow() => _allowed = true;

    /// <summary>Says how far the call has come; sends a message when one is due.</summary>
    public void Report(ulong position, ulong total)
    {
        if (!_allowed)
        {
            return;
        }

        var now = Environment.TickCount64;
        if (position == total ? _sent : now >= _next)
        {
            Send(position, total);
            _next = now + PeriodMilliseconds;
        }
    }

    /// <summary>
    /// Says that the call goes on, where it is not known how far it has come: runs <paramref name="work"/> and sends position 0 of 1 while it runs.
    /// </summary>
    public T Pulse<T>(Func<T> work)
    {
        if (!_allowed)
        {
            return work();
        }

        var gate = new Lock();
        var running = true;
        using var timer = new Timer(_ => Tick(), null, InitialDelayMilliseconds, PeriodMilliseconds);
        try
        {
            return work();
        }
        finally
        {
            // After this no message can come: the reply is next on the channel.
            lock (gate)
            {
                running = false;
            }

            Report(1, 1);
        }

        void Tick()
        {
            lock (gate)
            {
                if (running)
                {
                    running = TrySend(0, 1);
                }
            }
        }
    }

    // On the timer's thread a library that has hung up is no reason to fail: the main thread notices.
    private bool TrySend(ulong position, ulong total)
    {
        try
        {
            Send(position, total);
            return true;
        }
        catch (ChannelException)
        {
            return false;
        }
    }

    private void Send(ulong position, ulong total)
    {
        Span<byte> message = stackalloc byte[4 + Wire.Protocol.ProgressSize];
        BinaryPrimitives.WriteUInt32BigEndian(message, Wire.Protocol.ProgressFlag);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], _procedure);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], _serial);
        BinaryPrimitives.WriteUInt64BigEndian(message[12..], position);
        BinaryPrimitives.WriteUInt64BigEndian(message[20..], total);
        channel.Write(message);
        _sent = true;
    }
}
