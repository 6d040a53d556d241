using System.Diagnostics;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.HandOver;

/// <summary>
/// The first thing that our own library does with the daemon: it tells the time, gives random bytes and names the drives. Until that comes the
/// daemon only waits, so that this is the moment at which a template is taken: whoever resumes it comes out of the read below.
/// </summary>
internal sealed class HandOverReceiver(Channel channel, DriveArrival drives)
{
    private const int Largest = 16 * 1024;

    /// <summary>Waits for the hand-over, carries it out and says that the daemon is ready.</summary>
    /// <returns>The hand-over; null where the library hung up, or was told what is wrong.</returns>
    /// <exception cref="ChannelException">The channel broke.</exception>
    public Wire.HandOver? Receive()
    {
        channel.WriteWord(Wire.Protocol.AwaitsHandOverFlag);
        if (channel.TryReadWord() is not { } length)
        {
            return null;
        }

        if (length is < Wire.Protocol.HeaderSize or > Largest)
        {
            throw new ChannelException($"the library began with a message of {length} bytes, which is no hand-over");
        }

        var message = new byte[length];
        channel.Read(message);
        var reader = new XdrReader(message);
        var header = MessageHeader.Read(ref reader);
        try
        {
            if (header.Program != Wire.Protocol.Program || header.Procedure != Wire.HandOver.Procedure)
            {
                throw new ProtocolException($"the library began with procedure 0x{header.Procedure:x}, which is no hand-over");
            }

            var handOver = Wire.HandOver.Read(ref reader);
            var steps = CarryOut(handOver);
            channel.WriteWord(Wire.Protocol.LaunchFlag);
            Reply(header, MessageStatus.Ok, writer => new HandOverReply(steps).Write(writer));
            return handOver;
        }
        catch (Exception e) when (e is DaemonException or PosixException or ProtocolException)
        {
            // In place of the launch flag: this machine is of no use, and the library boots another.
            ConsoleLine.Write($"hand-over failed: {e.Message}");
            Reply(header, MessageStatus.Error, writer => new MessageError("EIO", e.Message).Write(writer));
            return null;
        }
    }

    private List<HandOverStep> CarryOut(Wire.HandOver handOver)
    {
        var steps = new List<HandOverStep>(8);
        var started = Stopwatch.GetTimestamp();
        Freshness.SetClock(handOver.ClockSeconds, handOver.ClockNanoseconds);
        Freshness.AddEntropyToKernel(handOver.Entropy);
        Done("clock, entropy");
        if (handOver.Resumed)
        {
            var hasFirst = handOver.Targets.Contains(0);
            drives.ReplacePlaceholder(hasFirst);
            Done("first drive");
            if (hasFirst)
            {
                drives.ReadPartitions();
                Done("its partitions");
            }

            foreach (var target in handOver.Targets)
            {
                if (target != 0)
                {
                    drives.Scan(target);
                }
            }
        }

        drives.Await(handOver.Targets);
        if (drives.Count() is var count && count != handOver.Targets.Count)
        {
            throw new DaemonException("EIO", $"the machine has {count} SCSI disks, but {handOver.Targets.Count} drives were added");
        }

        Done("drives counted");
        return steps;

        void Done(string name)
        {
            var now = Stopwatch.GetTimestamp();
            steps.Add(new(name, (uint)Stopwatch.GetElapsedTime(started, now).TotalMicroseconds));
            started = now;
        }
    }

    private void Reply(in MessageHeader call, MessageStatus status, Action<XdrWriter> body)
    {
        using var reply = new XdrWriter();
        reply.WriteUInt32(0);
        MessageHeader.ForReply(call.Procedure, call.Serial, status).Write(reply);
        body(reply);
        reply.PatchUInt32(0, (uint)reply.Length - 4);
        channel.Write(reply.Written.Span);
    }
}
