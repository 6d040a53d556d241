using System.Net.Sockets;
using System.Text;
using VirtTools.BlockAccess;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Tests.BlockAccess;

public sealed class NbdConnectionTests
{
    private const int Length = 4096;

    [Fact]
    public void The_handshake_yields_the_size_and_what_the_export_can_do()
    {
        var (server, client) = ScriptedNbdServer.Start();
        using (server)
        {
            using var connection = NbdConnection.Open(client, "drive");

            Assert.Equal((long)ScriptedNbdServer.Size, connection.Size);
            Assert.True(connection.Flags.HasFlag(NbdExportFlags.Flush | NbdExportFlags.WriteZeroes | NbdExportFlags.DoNotFragment));
            Assert.True(connection.KnowsAllocation);
        }
    }

    [Fact]
    public void A_size_that_no_file_has_is_refused()
    {
        var (server, client) = ScriptedNbdServer.Start(toldSize: ulong.MaxValue);
        using (server)
        {
            Assert.Throws<ProtocolException>(() => NbdConnection.Open(client, "drive"));
        }
    }

    [Fact]
    public async Task Who_takes_leave_waits_for_what_is_on_its_way()
    {
        var held = new List<ScriptedNbdServer.Request>();
        var (server, client) = ScriptedNbdServer.Start((server, request) =>
        {
            held.Add(request);
            if (held.Count == 2)
            {
                held.ForEach(server.AnswerWell);
            }

            return true;
        });
        using (server)
        {
            using var connection = await NbdConnection.OpenAsync(client, "drive", default);
            NbdRequest[] requests = [NbdRequest.Read(0, new byte[Length]), NbdRequest.Read(Length, new byte[Length])];
            foreach (var request in requests)
            {
                await connection.SendAsync(request, default);
            }

            await connection.EndAsync(default);
            Assert.All(requests, request => Assert.True(request.IsComplete));
            server.AwaitEnd();
            Assert.True(server.TookLeave);
        }
    }

    /// <summary>What a server must not answer to a request for <see cref="Length"/> bytes at <see cref="Length"/>.</summary>
    public static TheoryData<string> Lies => [.. s_lies.Keys];

    private static readonly Dictionary<string, Action<ScriptedNbdServer, ulong>> s_lies = new()
    {
        ["a handle that nobody used"] = (server, handle) => server.SendSimple(handle + NbdConnection.Depth, 5),
        ["no magic number"] = (server, _) => server.Send(new byte[64]),
        ["success without data"] = (server, handle) => server.SendSimple(handle, 0),
        ["less than was asked for"] = (server, handle) => server.SendChunk(handle, NbdChunk.OffsetData, [.. ScriptedNbdServer.Number(Length), .. new byte[Length - 1]]),
        ["data before the range"] = (server, handle) => server.SendChunk(handle, NbdChunk.OffsetData, [.. ScriptedNbdServer.Number(0), .. new byte[Length]]),
        ["data behind the range"] = (server, handle) => server.SendChunk(handle, NbdChunk.OffsetData, [.. ScriptedNbdServer.Number(Length + 1), .. new byte[Length]]),
        ["an offset near the largest number"] = (server, handle) => server.SendChunk(handle, NbdChunk.OffsetData, [.. ScriptedNbdServer.Number(ulong.MaxValue), .. new byte[2]]),
        ["four gigabytes"] = (server, handle) => server.SendChunk(handle, (ushort)NbdChunk.OffsetData, uint.MaxValue, ScriptedNbdServer.Number(Length), isLast: true),
        ["the same data twice"] = (server, handle) =>
        {
            server.SendChunk(handle, NbdChunk.OffsetData, [.. ScriptedNbdServer.Number(Length), .. new byte[Length]], isLast: false);
            server.SendChunk(handle, NbdChunk.OffsetData, [.. ScriptedNbdServer.Number(Length), .. new byte[Length]]);
        },
        ["a hole that is too long"] = (server, handle) => server.SendChunk(handle, NbdChunk.OffsetHole, [.. ScriptedNbdServer.Number(Length), 255, 255, 255, 255]),
        ["extents for a read"] = (server, handle) => server.SendChunk(handle, NbdChunk.BlockStatus, [0, 0, 0, 7, 0, 0, 16, 0, 0, 0, 0, 0]),
        ["extents of another context"] = (server, handle) => server.SendChunk(handle, NbdChunk.BlockStatus, [0, 0, 0, 8, 0, 0, 16, 0, 0, 0, 0, 0]),
        ["more extents than there can be"] = (server, handle) => server.SendChunk(handle, (ushort)NbdChunk.BlockStatus, 0x7FFF_FFFC, [0, 0, 0, 7], isLast: true),
        ["an unknown chunk"] = (server, handle) => server.SendChunk(handle, 99, 0, [], isLast: true),
        ["an error without a number"] = (server, handle) => server.SendChunk(handle, NbdProtocol.ChunkError | 1, 6, new byte[6], isLast: true),
        ["an error with an endless text"] = (server, handle) => server.SendChunk(handle, NbdProtocol.ChunkError | 1, uint.MaxValue, new byte[6], isLast: true),
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_server_that_lies_is_not_believed(string lie)
    {
        var (server, client) = ScriptedNbdServer.Start((server, request) =>
        {
            s_lies[lie](server, request.Handle);
            return true;
        });
        using (server)
        {
            using var connection = await NbdConnection.OpenAsync(client, "drive", default);
            var request = NbdRequest.Read(Length, new byte[Length]);
            await connection.SendAsync(request, default);

            await Assert.ThrowsAsync<ProtocolException>(async () =>
            {
                while (!request.IsComplete)
                {
                    await connection.ReceiveAsync(default);
                }
            });
        }
    }

    [Fact]
    public void Empty_extents_are_refused()
    {
        var (server, client) = ScriptedNbdServer.Start((server, request) =>
        {
            server.SendChunk(request.Handle, NbdChunk.BlockStatus, [0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]);
            return true;
        });
        using (server)
        {
            using var connection = NbdConnection.Open(client, "drive");
            connection.Send(NbdRequest.BlockStatus(0, Length));

            Assert.Throws<ProtocolException>(connection.Receive);
        }
    }

    [Fact]
    public void Whatever_bytes_a_server_sends_the_client_ends_with_one_of_two_exceptions()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var (ours, theirs) = Descriptors.CreateSocketPair();
            using var server = ScriptedNbdServer.ToSocket(theirs);
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            if (random.Next(4) > 0)
            {
                Encoding.ASCII.GetBytes("NBDMAGICIHAVEOPT").AsSpan(0, Math.Min(16, bytes.Length)).CopyTo(bytes);
            }

            server.Send(bytes);
            server.Shutdown(SocketShutdown.Send);

            var failure = Record.Exception(() => NbdConnection.Open(ScriptedNbdServer.ToSocket(ours), "drive").Dispose());

            Assert.True(failure is ProtocolException or NbdClosedException, $"round {round}: {failure}");
        }
    }
}
