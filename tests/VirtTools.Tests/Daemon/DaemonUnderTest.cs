using System.Buffers.Binary;
using System.Net.Sockets;
using VirtTools.Connection;
using VirtTools.Events;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

/// <summary>The daemon as an ordinary process beside a temporary folder, with the library's own client at the other end of a socket pair.</summary>
public sealed class DaemonUnderTest : IDisposable
{
    private readonly ChildProcess _process;
    private readonly DaemonSession _session;

    public DaemonUnderTest()
        : this(null)
    {
    }

    private DaemonUnderTest(Mailbox? mailbox)
    {
        Parent = Directory.CreateTempSubdirectory("virttoolsd-").FullName;
        Root = Path.Combine(Parent, "root");
        Directory.CreateDirectory(Root);
        var (ours, theirs) = Descriptors.CreateSocketPair();
        string[] argv =
        [
            Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "virttoolsd.dll"), "--channel", "fd:3", "--root", Root,
        ];
        List<InheritedDescriptor> inherited = [new(theirs, 3), new(Descriptors.Open("/dev/null", OpenFlags.WriteOnly), 2)];
        if (mailbox is not null)
        {
            argv = [.. argv, "--mailbox", "/proc/self/fd/4"];
            inherited.Add(new(mailbox.Disk, 4));
        }

        _process = ChildProcess.Start(argv[0], argv, new() { Descriptors = inherited });
        theirs.Dispose();
        Socket = new Socket(new SafeSocketHandle(ours.DangerousGetHandle(), ownsHandle: false)) { ReceiveTimeout = 60_000, SendTimeout = 60_000 };
        OurEnd = ours;
        var connection = new DaemonConnection(Socket, () => { });
        Launched = connection.Receive().Kind == FrameKind.Launch;
        _session = new DaemonSession(connection, new EventHandlers()) { Mailbox = mailbox };
    }

    /// <summary>One with which a mailbox has been agreed on.</summary>
    public static DaemonUnderTest WithMailbox()
    {
        var daemon = new DaemonUnderTest(new Mailbox());
        using var hello = ExtensionHello.Request();
        var answer = ExtensionHello.ParseReply(daemon._session.TryExtension(ExtensionHello.Procedure, hello)!.Value.Span);
        daemon._session.ChunkSize = answer.ChunkSize;
        daemon._session.Mailbox!.Layout = answer.Mailbox;
        return daemon;
    }

    /// <summary>Holds the guest's folder, and things that the guest must not reach.</summary>
    public string Parent { get; }

    /// <summary>The folder that stands for the guest.</summary>
    public string Root { get; }

    internal bool Launched { get; }

    internal Socket Socket { get; }

    internal DaemonSession Session => _session;

    internal System.Runtime.InteropServices.SafeHandle OurEnd { get; }

    /// <summary>A path on the host of a path in the guest.</summary>
    public string HostPath(string path) => Root + path;

    /// <summary>Calls an action; the result's bytes are returned.</summary>
    internal byte[] Call(ActionDescriptor action, Action<DaemonCall>? arguments = null)
    {
        using var call = new DaemonCall(null!, action, null);
        arguments?.Invoke(call);
        return _session.Call(call).ToArray();
    }

    internal string CallForString(ActionDescriptor action, Action<DaemonCall>? arguments = null) =>
        new XdrReader(Call(action, arguments)).ReadString();

    internal string[] CallForStrings(ActionDescriptor action, Action<DaemonCall>? arguments = null) =>
        new XdrReader(Call(action, arguments)).ReadStrings();

    internal bool CallForBool(ActionDescriptor action, Action<DaemonCall>? arguments = null) =>
        new XdrReader(Call(action, arguments)).ReadBool();

    internal GuestfsException Fails(ActionDescriptor action, Action<DaemonCall>? arguments = null) =>
        Assert.Throws<GuestfsException>(() => Call(action, arguments));

    internal void Ping() => Call(ActionDescriptors.PingDaemon);

    internal byte[] Download(string path)
    {
        using var content = new MemoryStream();
        Call(ActionDescriptors.Download, call =>
        {
            call.String("remotefilename", path);
            call.FileOut("filename", content);
        });
        return content.ToArray();
    }

    internal void Upload(byte[] content, string path) => Call(ActionDescriptors.Upload, call =>
    {
        call.FileIn("filename", new MemoryStream(content));
        call.String("remotefilename", path);
    });

    /// <summary>Sends bytes as they are.</summary>
    internal void SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>Sends a call with a header of the test's own making.</summary>
    internal void SendMessage(MessageHeader header, ReadOnlySpan<byte> body)
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0);
        header.Write(writer);
        body.CopyTo(writer.Reserve(body.Length));
        writer.PatchUInt32(0, (uint)writer.Length - 4);
        SendRaw(writer.Written.Span);
    }

    /// <summary>Receives one reply.</summary>
    internal (MessageHeader Header, MessageError? Error) ReceiveReply()
    {
        Frame frame;
        do
        {
            frame = _session.Connection.Receive();
        }
        while (frame.Kind is FrameKind.Cancel or FrameKind.Progress);

        Assert.True(frame.Kind == FrameKind.Message, frame.Kind == FrameKind.End ? HowItEnded() : $"{frame.Kind}");
        var reader = new XdrReader(frame.Content.Span);
        var header = MessageHeader.Read(ref reader);
        return (header, header.Status == MessageStatus.Error ? MessageError.Read(ref reader) : null);
    }

    // The connection also counts as ended when the daemon gives no answer within the socket's timeout.
    private string HowItEnded() => _process.WaitForExit(Environment.TickCount64 + 5_000) is { } status ? $"the daemon {status}" : "the daemon gives no answer";

    /// <summary>Waits for the daemon to end.</summary>
    internal int? WaitForExit() => _process.WaitForExit()!.Value.ExitCode;

    public void Dispose()
    {
        _session.Dispose();
        _session.Mailbox?.Dispose();
        OurEnd.Dispose();
        _process.Dispose();

        // Directory.Delete cannot name files whose names are not UTF-8.
        ChildProcess.Run(["rm", "-rf", "--", Parent], new());
    }

    internal static byte[] Word(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
