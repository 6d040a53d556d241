using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>The call that is being carried out; one object serves all calls, one after the other.</summary>
internal sealed class ActionRequest : DaemonRequest
{
    private readonly Channel _channel;
    private readonly DeviceResolver _devices;
    private readonly GuestRoot _root;
    private readonly FeatureGroups _features;
    private readonly XdrWriter _reply = new();
    private readonly Action _sendEmptyReply;
    private MessageHeader _header;
    private ReadOnlyMemory<byte> _arguments;
    private ActionDescriptor? _action;

    public ActionRequest(Channel channel, CallProgress progress, DeviceResolver devices, GuestRoot root, FeatureGroups features)
    {
        _channel = channel;
        _devices = devices;
        _root = root;
        _features = features;
        Progress = progress;
        Chunks = new IncomingChunks(channel, progress);
        Pieces = new OutgoingChunks(channel);
        _sendEmptyReply = SendEmptyReply;
    }

    public CallProgress Progress { get; }

    public IncomingChunks Chunks { get; }

    public OutgoingChunks Pieces { get; }

    /// <summary>What the call is, once its procedure number has been recognised.</summary>
    public ActionDescriptor? Action => _action;

    /// <summary>Called when an action begins, before its arguments are read.</summary>
    public Action<ActionDescriptor>? Starting { get; set; }

    /// <summary>A reader over the arguments of a call that is no action.</summary>
    public XdrReader Arguments => new(_arguments.Span);

    /// <summary>Whether a reply has been sent.</summary>
    public bool Replied { get; private set; }

    public override IncomingFile Incoming => Chunks;

    public override OutgoingFile Outgoing => Pieces;

    /// <summary>A new call.</summary>
    /// <param name="arguments">The message without its header.</param>
    public void Begin(in MessageHeader header, ReadOnlyMemory<byte> arguments)
    {
        _header = header;
        _arguments = arguments;
        _action = null;
        Replied = false;
        Progress.Begin(header.Procedure, header.Serial);
        Chunks.Reset();
        Pieces.Reset(_sendEmptyReply);
    }

    public override XdrReader Start(ActionDescriptor action)
    {
        _action = action;
        Starting?.Invoke(action);
        if (action.HasProgress)
        {
            Progress.Allow();
            Chunks.ProgressTotal = _header.ProgressHint;
        }

        if (action.Group is { } group && !_features.IsAvailable(group))
        {
            throw new DaemonException("ENOTSUP", $"feature '{group}' is not available in this appliance");
        }

        if ((_header.OptionalBits & ~action.KnownOptionalBits) != 0)
        {
            throw new DaemonException("EINVAL", action.OptionalCount == 0
                ? "the call sets optional arguments, but the action has none"
                : $"unknown optional argument (bits 0x{_header.OptionalBits & ~action.KnownOptionalBits:x}): the library is newer than the appliance");
        }

        return new XdrReader(_arguments.Span);
    }

    public override bool IsSet(int bit) => (_header.OptionalBits >> bit & 1) != 0;

    public override string Pathname(string value, string name) =>
        value.StartsWith('/') ? value : throw new DaemonException("EINVAL", $"{name}: path must start with a / character: {value}");

    public override string Device(string value, string name) => _devices.Resolve(value, name);

    public override string Mountable(string value, string name) => _devices.ResolveMountable(value, name);

    public override string DeviceOrPath(string value, string name) => IsDevice(value) ? Device(value, name) : PathInRoot(value, name);

    public override string MountableOrPath(string value, string name) =>
        IsDevice(value) || Daemon.Devices.Mountable.IsSubvolume(value) ? Mountable(value, name) : PathInRoot(value, name);

    public override string Filename(string value, string name) =>
        value.Contains('/') ? throw new DaemonException("EINVAL", $"{name}: a file name may not contain '/': {value}") : value;

    public override void RequireRoot()
    {
        if (!_root.IsMounted)
        {
            throw new DaemonException("", "you must call 'mount' first to mount the root filesystem");
        }
    }

    public override string ReverseDevice(string value) => _devices.ToApi(value);

    public override string ReverseMountable(string value) => _devices.MountableToApi(value);

    public override XdrWriter BeginReply()
    {
        BeginMessage(MessageStatus.Ok);
        return _reply;
    }

    public override void EndReply() => SendMessage();

    public override void ReplyOk()
    {
        if (_action!.HasFileOut)
        {
            Pieces.End();
            return;
        }

        SendEmptyReply();
    }

    /// <summary>Sends an error reply.</summary>
    public void ReplyError(string errnoName, string message)
    {
        BeginMessage(MessageStatus.Error);
        new MessageError(errnoName, message).Write(_reply);
        SendMessage();
    }

    private static bool IsDevice(string value) => value.StartsWith("/dev/", StringComparison.Ordinal);

    private string PathInRoot(string value, string name)
    {
        Pathname(value, name);
        RequireRoot();
        return value;
    }

    private void SendEmptyReply()
    {
        BeginMessage(MessageStatus.Ok);
        SendMessage();
    }

    private void BeginMessage(MessageStatus status)
    {
        _reply.Clear();
        _reply.WriteUInt32(0);
        MessageHeader.ForReply(_header.Procedure, _header.Serial, status).Write(_reply);
    }

    private void SendMessage()
    {
        _reply.PatchUInt32(0, (uint)_reply.Length - 4);
        Replied = true;
        _channel.Write(_reply.Written.Span);
    }
}
