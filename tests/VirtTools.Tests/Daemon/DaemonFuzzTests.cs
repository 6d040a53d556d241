using VirtTools.Connection;
using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

/// <summary>Messages that no library would send, the same ones in each run.</summary>
public sealed class DaemonFuzzTests : IDisposable
{
    private const int Messages = 100_000;
    private const int Seed = 20_261_123;

    /// <summary>Actions that take time, start programs, or concern the machine and not the folder.</summary>
    private static readonly HashSet<string> Skipped =
    [
        "sleep", "sync", "internal_autosync", "modprobe", "drop_caches", "dmesg", "internal_exit", "df", "df_h", "fill", "fill_pattern",
        "fill_dir", "fallocate", "fallocate64", "truncate_size", "pwrite", "upload_offset", "command", "command_lines", "sh", "sh_lines",
        "ll", "llz", "file", "checksum", "checksums_out", "cp_a", "cp_r", "mv", "filesystem_available", "swapoff_file", "swapon_file",
        "zero_free_space", "copy_file_to_file", "copy_size", "dd",
    ];

    private static readonly string[] Paths =
    [
        "/", "/a", "/a/b", "/a/../..", "/link", "/link/x", "/loop", "", "relative", "/\uDCFF", "/a\nb", "/" + new string('n', 300), "/*", "/{a,b}",
        "/dev/sda", "/dev/sdzzzzzzz", "/dev/sda1", "/dev/mapper/x-y", "/dev/disk/guestfs/x", "btrfsvol:/dev/sda1/x", "/dev/../etc",
    ];

    private readonly DaemonUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void Daemon_answers_each_of_100_000_malformed_messages_and_leaves_its_surroundings_alone()
    {
        File.WriteAllText(Path.Combine(_daemon.Parent, "outside"), "kept");
        File.CreateSymbolicLink(_daemon.HostPath("/link"), "..");
        File.CreateSymbolicLink(_daemon.HostPath("/loop"), "loop");
        var random = new Random(Seed);
        var actions = ActionTable.All.Where(action => action.IsDaemonAction && !Skipped.Contains(action.Name)).ToArray();

        for (var i = 0; i < Messages; i++)
        {
            SendOne(random, actions[random.Next(actions.Length)]);
        }

        _daemon.Ping();
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_daemon.Parent, "outside")));
        Assert.Equal(2, Directory.GetFileSystemEntries(_daemon.Parent).Length);
    }

    private void SendOne(Random random, ActionDescriptor action)
    {
        var damage = random.Next(20);
        var header = MessageHeader.ForCall((uint)action.Procedure, (uint)random.Next(), 0, damage == 0 ? (ulong)random.NextInt64() : Bits(random, action));
        header = damage switch
        {
            1 => header with { Program = (uint)random.Next() },
            2 => header with { Version = Protocol.Version + (uint)random.Next(1, 100) },
            3 => header with { Procedure = (uint)random.Next(100_000, 200_000) },
            4 => header with { Direction = (MessageDirection)random.Next(1, 5) },
            _ => header,
        };
        _daemon.SendMessage(header, damage == 5 ? RandomBytes(random) : Arguments(random, action, damage == 6));
        var reached = damage is 0 or > 4;
        if (reached && action.HasFileIn)
        {
            SendFile(random);
        }

        var (reply, error) = _daemon.ReceiveReply();
        Assert.Equal((action.Name, header.Serial), (action.Name, reply.Serial));
        if (reached && action.HasFileOut && error is null)
        {
            SkipChunks();
        }
    }

    private static ulong Bits(Random random, ActionDescriptor action) =>
        (ulong)random.NextInt64() & action.KnownOptionalBits;

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Arguments(Random random, ActionDescriptor action, bool cut)
    {
        using var writer = new XdrWriter();
        foreach (var parameter in action.Parameters)
        {
            switch (parameter.Kind)
            {
                case WireKind.Bool:
                    writer.WriteUInt32((uint)random.Next(3));
                    break;
                case WireKind.Int:
                    writer.WriteInt32(random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-2, 100));
                    break;
                case WireKind.Int64:
                    writer.WriteInt64(random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-2, 5000));
                    break;
                case WireKind.String:
                    writer.WriteString(Paths[random.Next(Paths.Length)]);
                    break;
                case WireKind.OptionalString:
                    writer.WriteOptionalString(random.Next(2) == 0 ? null : Paths[random.Next(Paths.Length)]);
                    break;
                case WireKind.StringList:
                    writer.WriteStrings([.. Enumerable.Range(0, random.Next(4)).Select(_ => Paths[random.Next(Paths.Length)])]);
                    break;
                case WireKind.Bytes:
                    writer.WriteBytes(RandomBytes(random));
                    break;
            }
        }

        return cut && writer.Length > 0 ? writer.Written[..random.Next(writer.Length)].ToArray() : writer.Written.ToArray();
    }

    private void SendFile(Random random)
    {
        for (var i = random.Next(3); i > 0; i--)
        {
            _daemon.SendRaw(TransferTests.Chunk(0, RandomBytes(random) is { Length: > 0 } bytes ? bytes : [1]));
        }

        _daemon.SendRaw(TransferTests.Chunk(random.Next(2), []));
    }

    private void SkipChunks()
    {
        while (true)
        {
            var frame = _daemon.Session.Connection.Receive();
            if (frame.Kind == FrameKind.Progress)
            {
                continue;
            }

            var reader = new XdrReader(frame.Content.Span);
            if (reader.ReadInt32() != 0 || reader.ReadSpan().IsEmpty)
            {
                return;
            }
        }
    }
}
