using System.Net.Sockets;
using VirtTools.BlockAccess;
using VirtTools.Posix;
using VirtTools.Tests.Handle;
using VirtTools.Wire;

namespace VirtTools.Tests.BlockAccess;

/// <summary>A handle between a daemon that allows transfers beside the guest and a block layer that carries them out, both played.</summary>
internal sealed class PlayedAppliance : IDisposable
{
    private readonly FakeDaemon _daemon;
    private readonly List<string> _calls = [];

    /// <param name="extent">Where the daemon says that the device lies.</param>
    /// <param name="answer">Answers a request of the block layer instead of the server.</param>
    public PlayedAppliance(DriveExtent? extent = null, Func<ScriptedNbdServer, ScriptedNbdServer.Request, bool>? answer = null)
    {
        var (server, client) = ScriptedNbdServer.Start(answer);
        Server = server;
        var granted = extent ?? new DriveExtent(0, 0, ScriptedNbdServer.Size);
        (Handle, _daemon) = FakeDaemon.Start(Serve, exports: new Exports(client));

        void Serve(FakeDaemon daemon, MessageHeader call, byte[] arguments)
        {
            if (call.Procedure != DriveExtent.Procedure)
            {
                _calls.Add("ordinary");
                daemon.ReplyError(call, "EINVAL", "the ordinary way");
                return;
            }

            var reader = new XdrReader(arguments);
            reader.ReadString();
            var purpose = reader.ReadUInt32();
            _calls.Add(purpose switch { 0 => "read", 1 => "write", _ => "written" });
            daemon.Reply(call, reply =>
            {
                if (purpose != 2)
                {
                    reply.WriteBool(true);
                    reply.WriteUInt32(granted.Target);
                    reply.WriteUInt64(granted.Start);
                    reply.WriteUInt64(granted.Length);
                }
            });
        }
    }

    public Guestfs Handle { get; }

    public ScriptedNbdServer Server { get; }

    /// <summary>What the daemon was asked for, in this order.</summary>
    public IReadOnlyList<string> Calls => _calls;

    public void Dispose()
    {
        _daemon.Dispose();
        Server.Dispose();
    }

    private sealed class Exports(Socket client) : IDriveExports
    {
        public DriveExport? Open(uint target, TransferDirection direction) => new Export(NbdConnection.Open(client, "drive"));

        public async ValueTask<DriveExport?> OpenAsync(uint target, TransferDirection direction, CancellationToken cancellationToken) =>
            new Export(await NbdConnection.OpenAsync(client, "drive", cancellationToken));
    }

    private sealed class Export(NbdConnection nbd) : DriveExport(nbd)
    {
        protected override void Stop()
        {
        }

        protected override ValueTask StopAsync() => ValueTask.CompletedTask;
    }
}
