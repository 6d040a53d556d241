using System.Reflection;
using VirtTools.Declarations;
using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Api.Tests.Client;

/// <summary>The daemon's end of one call: the generated dispatch in front of a subject that keeps what it is called with.</summary>
internal sealed class LoopbackDaemon(byte[] body, ulong bits, Func<MethodInfo, object?[], object?> subject) : DaemonRequest, IDisposable
{
    private readonly XdrWriter _reply = new();

    public byte[] Reply => _reply.Written.ToArray();

    /// <summary>Checks that the dispatch made, in order.</summary>
    public List<string> Checks { get; } = [];

    public override IncomingFile Incoming => null!;

    public override OutgoingFile Outgoing => null!;

    public bool Run(int procedure) => new SubjectTable(subject).Dispatch((uint)procedure, this);

    public override XdrReader Start(ActionDescriptor action) => new(body);

    public override bool IsSet(int bit) => (bits & (1UL << bit)) != 0;

    public override string Pathname(string value, string name) => Note("Pathname", value, name);

    public override string Device(string value, string name) => Note("Device", value, name);

    public override string Mountable(string value, string name) => Note("Mountable", value, name);

    public override string DeviceOrPath(string value, string name) => Note("DeviceOrPath", value, name);

    public override string MountableOrPath(string value, string name) => Note("MountableOrPath", value, name);

    public override string Filename(string value, string name) => Note("Filename", value, name);

    public override void RequireRoot() => Checks.Add("root");

    public override string ReverseDevice(string value) => "reversed " + value;

    public override string ReverseMountable(string value) => "reversed " + value;

    public override XdrWriter BeginReply() => _reply;

    public override void EndReply()
    {
    }

    public override void ReplyOk()
    {
    }

    public void Dispose() => _reply.Dispose();

    private string Note(string check, string value, string name)
    {
        Checks.Add($"{check} {name}");
        return value;
    }
}

/// <summary>Every subject of the daemon, each a proxy.</summary>
internal sealed class SubjectTable(Func<MethodInfo, object?[], object?> subject) : ActionDispatcher
{
    protected override IApplianceActions ApplianceActions => Subject.For<IApplianceActions>(subject);

    protected override IArchiveActions ArchiveActions => Subject.For<IArchiveActions>(subject);

    protected override IBtrfsActions BtrfsActions => Subject.For<IBtrfsActions>(subject);

    protected override IBtrfsMaintenanceActions BtrfsMaintenanceActions => Subject.For<IBtrfsMaintenanceActions>(subject);

    protected override IBtrfsSubvolumeActions BtrfsSubvolumeActions => Subject.For<IBtrfsSubvolumeActions>(subject);

    protected override ICommandActions CommandActions => Subject.For<ICommandActions>(subject);

    protected override ICopyActions CopyActions => Subject.For<ICopyActions>(subject);

    protected override IDeviceActions DeviceActions => Subject.For<IDeviceActions>(subject);

    protected override IDirectoryActions DirectoryActions => Subject.For<IDirectoryActions>(subject);

    protected override IExtFilesystemActions ExtFilesystemActions => Subject.For<IExtFilesystemActions>(subject);

    protected override IFileActions FileActions => Subject.For<IFileActions>(subject);

    protected override IFileAttributeActions FileAttributeActions => Subject.For<IFileAttributeActions>(subject);

    protected override IFileContentActions FileContentActions => Subject.For<IFileContentActions>(subject);

    protected override IFilesystemActions FilesystemActions => Subject.For<IFilesystemActions>(subject);

    protected override IInspectionActions InspectionActions => Subject.For<IInspectionActions>(subject);

    protected override ILuksActions LuksActions => Subject.For<ILuksActions>(subject);

    protected override ILvmActions LvmActions => Subject.For<ILvmActions>(subject);

    protected override IMdActions MdActions => Subject.For<IMdActions>(subject);

    protected override IMountActions MountActions => Subject.For<IMountActions>(subject);

    protected override INodeActions NodeActions => Subject.For<INodeActions>(subject);

    protected override INtfsActions NtfsActions => Subject.For<INtfsActions>(subject);

    protected override IPartitionActions PartitionActions => Subject.For<IPartitionActions>(subject);

    protected override ISwapActions SwapActions => Subject.For<ISwapActions>(subject);

    protected override ITextActions TextActions => Subject.For<ITextActions>(subject);

    protected override ITransferActions TransferActions => Subject.For<ITransferActions>(subject);

    protected override IXattrActions XattrActions => Subject.For<IXattrActions>(subject);

    protected override IXfsActions XfsActions => Subject.For<IXfsActions>(subject);
}

/// <summary>Carries a call of any subject to one function.</summary>
public class Subject : DispatchProxy
{
    private Func<MethodInfo, object?[], object?>? _call;

    public static T For<T>(Func<MethodInfo, object?[], object?> call)
        where T : class
    {
        var proxy = Create<T, Subject>();
        ((Subject)(object)proxy)._call = call;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _call!(targetMethod!, args ?? []);
}
