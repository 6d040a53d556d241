using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.Filesystems;
using VirtTools.Daemon.Lvm;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Declarations;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Brings the subjects together. Each is made when the first of its actions is called.</summary>
internal sealed partial class DaemonActions(
    GuestRoot root, DeviceTree tree, DeviceNames names, DeviceResolver resolver, StorageActivation activation, LvmProgram lvm,
    FeatureGroups features, CallProgress progress)
    : ActionDispatcher
{
    private Mounter Mounter => field ??= new(root, resolver, new BtrfsDevices(tree, names));

    private BlockDevices Devices => field ??= new(tree, names);

    private BtrfsView BtrfsView => field ??= new(root, Mounter);

    protected override IApplianceActions ApplianceActions =>
        field ??= new ApplianceActions(features, new Unmounter(root, resolver));

    protected override IArchiveActions ArchiveActions => field ??= new ArchiveActions(root);

    protected override ICommandActions CommandActions => field ??= new CommandActions(root);

    protected override ICopyActions CopyActions => field ??= new CopyActions(root, progress);

    protected override IDeviceActions DeviceActions => field ??= new DeviceActions(tree, names, resolver, Devices, activation);

    protected override IDirectoryActions DirectoryActions => field ??= new DirectoryActions(root);

    protected override IFileActions FileActions => field ??= new FileActions(root);

    protected override IFileAttributeActions FileAttributeActions => field ??= new FileAttributeActions(root);

    protected override IFileContentActions FileContentActions => field ??= new FileContentActions(root, progress);

    protected override IFilesystemActions FilesystemActions =>
        field ??= new FilesystemActions(root, resolver, new FilesystemList(Devices, resolver, activation, BtrfsView), BtrfsView, progress);

    protected override IMountActions MountActions => field ??= new MountActions(root, resolver, Mounter);

    protected override INodeActions NodeActions => field ??= new NodeActions(root);

    protected override ITextActions TextActions => field ??= new TextActions(root);

    protected override ITransferActions TransferActions => field ??= new TransferActions(root, progress);

    protected override IXattrActions XattrActions => field ??= new XattrActions(root);
}
