using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.Windows;
using VirtTools.Daemon.Paths;

namespace VirtTools.Daemon.Protocol;

/// <summary>The call by which the library fetches the icon of a Windows, which is no file of its own there (docs/protocol.md, Extensions).</summary>
internal sealed class WindowsIconCall(GuestRoot guest, Func<InspectionMemory> memory) : IExtensionCall
{
    public uint Procedure => Wire.Protocol.FirstExtension + 5;

    public void Serve(ActionRequest request)
    {
        var reader = request.Arguments;
        var root = reader.ReadString();
        reader.End();
        request.RequireRoot();
        var system = memory().Find(request.Mountable(root, "root"));
        var icon = system.Windows is { } windows ? WindowsIcon.Read(guest, windows.SystemRoot, system.Version) : null;
        request.BeginReply().WriteBytes(icon);
        request.EndReply();
    }
}
