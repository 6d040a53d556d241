using VirtTools.Daemon.Inspection.Reasons;

namespace VirtTools.Daemon.Protocol;

/// <summary>The call by which the library learns why inspection has found nothing (docs/protocol.md, Extensions).</summary>
internal sealed class FileSystemReasonsCall(Func<FileSystemReasons> reasons) : IExtensionCall
{
    public uint Procedure => Wire.Protocol.FirstExtension + 4;

    public void Serve(ActionRequest request)
    {
        request.Arguments.End();
        var found = reasons().Read();
        var reply = request.BeginReply();
        reply.WriteUInt32((uint)found.Count);
        foreach (var reason in found)
        {
            reply.WriteString(reason.Device);
            reply.WriteString(reason.Type);
            reply.WriteString(reason.Code);
            reply.WriteString(reason.Detail);
        }

        request.EndReply();
    }
}
