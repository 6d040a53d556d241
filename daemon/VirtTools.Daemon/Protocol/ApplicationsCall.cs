using VirtTools.Daemon.Inspection.Applications;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>The call by which the library fetches the applications of a guest, portion by portion (docs/protocol.md, Extensions).</summary>
internal sealed class ApplicationsCall(Func<ApplicationListing> listing) : IExtensionCall
{
    public uint Procedure => Wire.Protocol.FirstExtension + 3;

    public void Serve(ActionRequest request)
    {
        var reader = request.Arguments;
        var root = reader.ReadString();
        var first = reader.ReadUInt32();
        reader.End();
        request.RequireRoot();
        var (total, portion) = listing().List(request.Mountable(root, "root"), (int)Math.Min(first, ApplicationBounds.MostApplications));
        var reply = request.BeginReply();
        reply.WriteUInt32((uint)total);
        StructCodecs.Write(reply, portion);
        request.EndReply();
    }
}
