using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Declarations;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Brings the subjects together. Each is made when the first of its actions is called.</summary>
internal sealed partial class DaemonActions(
    GuestRoot root, DeviceTree tree, DeviceNames names, DeviceResolver devices, FeatureGroups features,
    CallProgress progress, StorageActivation activation)
    : ActionDispatcher
{
    private readonly Mounter _mounter = new(root, devices, new BtrfsDevices(tree, names));

    protected override IApplianceActions ApplianceActions =>
        field ??= new ApplianceActions(features, new Unmounter(root, devices));

    protected override IMountActions MountActions => field ??= new MountActions(root, devices, _mounter);

    protected override ITransferActions TransferActions => field ??= new TransferActions(root, progress);
}
