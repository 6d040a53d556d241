using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.Applications;
using VirtTools.Daemon.Inspection.Reasons;
using VirtTools.Declarations;

namespace VirtTools.Daemon.Actions;

// The subjects that concern what lies below the file systems, what only one type of them has, and what inspection makes of all.
internal sealed partial class DaemonActions
{
    private readonly KeptMounts _kept = new();

    private BtrfsProgram BtrfsProgram => field ??= new(root, Mounter);

    protected override IBtrfsActions BtrfsActions => field ??= new BtrfsActions(root, resolver, BtrfsProgram);

    protected override IBtrfsMaintenanceActions BtrfsMaintenanceActions => field ??= new BtrfsMaintenanceActions(BtrfsProgram);

    protected override IBtrfsSubvolumeActions BtrfsSubvolumeActions => field ??= new BtrfsSubvolumeActions(root, BtrfsProgram, BtrfsView);

    protected override IExtFilesystemActions ExtFilesystemActions => field ??= new ExtFilesystemActions(root, resolver);

    /// <summary>What the last inspection has found.</summary>
    public InspectionMemory Inspected => field ??= new(resolver);

    /// <summary>Lists applications.</summary>
    public ApplicationListing Applications => field ??= new(root, Inspected);

    /// <summary>Says why inspection has found nothing.</summary>
    public FileSystemReasons Reasons => field ??= new(tree, Devices, resolver, activation, Mounter);

    protected override IInspectionActions InspectionActions => field ??= new InspectionActions(
        MountActions, FilesystemActions, resolver, new Inspector(tree, names, resolver, Mounter, _kept, BtrfsView), Inspected, Applications);

    /// <summary>An action begins: what was only kept for other actions is given up.</summary>
    public void PrepareFor(ActionDescriptor action) => _kept.PrepareFor(action);

    protected override ILuksActions LuksActions => field ??= new LuksActions(resolver);

    protected override ILvmActions LvmActions => field ??= new LvmActions(tree, resolver, activation, lvm);

    protected override IMdActions MdActions => field ??= new MdActions(tree, resolver, activation);

    protected override INtfsActions NtfsActions => field ??= new NtfsActions();

    protected override IPartitionActions PartitionActions => field ??= new PartitionActions(tree, resolver);

    protected override ISwapActions SwapActions => field ??= new SwapActions(root);

    protected override IXfsActions XfsActions => field ??= new XfsActions(root, resolver);
}
