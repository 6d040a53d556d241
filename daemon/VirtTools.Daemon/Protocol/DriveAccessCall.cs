using VirtTools.Daemon.Devices;
using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>The call by which the library asks to read or write a drive beside the guest (docs/protocol.md, Extensions).</summary>
internal sealed class DriveAccessCall(DriveAccess access) : IExtensionCall
{
    public uint Procedure => Wire.Protocol.FirstExtension + 2;

    private const uint PurposeRead = 0;
    private const uint PurposeWrite = 1;
    private const uint PurposeWritten = 2;

    /// <summary>Carries it out.</summary>
    /// <exception cref="DaemonException">There is no such device.</exception>
    /// <exception cref="ProtocolException">The arguments are malformed.</exception>
    public void Serve(ActionRequest request)
    {
        var reader = request.Arguments;
        var device = reader.ReadString();
        var purpose = reader.ReadUInt32();
        reader.End();
        if (purpose > PurposeWritten)
        {
            throw new ProtocolException($"a device is wanted for the unknown purpose {purpose}");
        }

        if (purpose == PurposeWritten)
        {
            access.Close(device);
            request.BeginReply();
            request.EndReply();
            return;
        }

        try
        {
            Reply(request, access.Open(device, writes: purpose == PurposeWrite));
        }
        catch (NotBesideGuestException e)
        {
            var refusal = request.BeginReply();
            refusal.WriteBool(false);
            refusal.WriteString(e.Message);
            request.EndReply();
        }
    }

    private static void Reply(ActionRequest request, DriveExtent extent)
    {
        var reply = request.BeginReply();
        reply.WriteBool(true);
        reply.WriteUInt32((uint)extent.Target);
        reply.WriteUInt64((ulong)extent.Start);
        reply.WriteUInt64((ulong)extent.Length);
        request.EndReply();
    }
}
