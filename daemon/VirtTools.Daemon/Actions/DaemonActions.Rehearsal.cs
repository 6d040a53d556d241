using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

// See HandOver/Rehearsal: what most commands ask of a daemon, done once.
internal sealed partial class DaemonActions
{
    private const string Hostname = "/etc/hostname";

    /// <summary>Carries out the usual actions on whatever drives there are.</summary>
    /// <exception cref="DaemonException">One of them failed.</exception>
    public void Rehearse()
    {
        DeviceActions.ListDevices();
        DeviceActions.ListPartitions();
        FilesystemActions.ListFilesystems();
        foreach (var root in InspectionActions.InspectOs())
        {
            foreach (var (place, mountable) in InspectionActions.InspectGetMountpoints(root))
            {
                MountActions.MountRo(mountable, place);
            }

            _kept.Release();
            FileAttributeActions.Statns(Hostname);
            DirectoryActions.Ls0("/", new Discarded());
            TransferActions.Download(Hostname, new Discarded());
            FilesystemActions.Statvfs("/");
            MountActions.UmountAll();
        }
    }

    private sealed class Discarded : OutgoingFile
    {
        private readonly byte[] _room = new byte[64 * 1024];

        public override void Write(ReadOnlySpan<byte> content)
        {
        }

        public override Span<byte> Room() => _room;

        public override void Fill(int count)
        {
        }

        public override void Flush()
        {
        }
    }
}
