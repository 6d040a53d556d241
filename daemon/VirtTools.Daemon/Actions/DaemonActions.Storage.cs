using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Lvm;
using VirtTools.Declarations;

namespace VirtTools.Daemon.Actions;

// The subjects that concern what lies below the file systems, and what inspection makes of them.
internal sealed partial class DaemonActions
{
    private readonly LvmProgram _lvm = new();

    private BtrfsProgram Btrfs => field ??= new(root, _mounter);

    protected override IBtrfsActions BtrfsActions => field ??= new BtrfsActions(root, devices, Btrfs);

    protected override IBtrfsMaintenanceActions BtrfsMaintenanceActions => field ??= new BtrfsMaintenanceActions(Btrfs);

    protected override IBtrfsSubvolumeActions BtrfsSubvolumeActions => field ??= new BtrfsSubvolumeActions(Btrfs);

    protected override IExtFilesystemActions ExtFilesystemActions => field ??= new ExtFilesystemActions(root, devices);

    protected override ISwapActions SwapActions => field ??= new SwapActions(root);

    protected override IXfsActions XfsActions => field ??= new XfsActions(root, devices);

    protected override INtfsActions NtfsActions => field ??= new NtfsActions();

    protected override ILuksActions LuksActions => field ??= new LuksActions(devices);

    protected override IInspectionActions InspectionActions =>
        field ??= new InspectionActions(MountActions, FilesystemActions, devices, new Inspector(tree, names, devices, _mounter));

    protected override ILvmActions LvmActions => field ??= new LvmActions(tree, devices, _lvm);

    protected override IMdActions MdActions => field ??= new MdActions(tree, devices, activation);

    protected override IPartitionActions PartitionActions => field ??= new PartitionActions(tree, devices);
}
