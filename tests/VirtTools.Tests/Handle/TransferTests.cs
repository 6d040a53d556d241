using System.Security.Cryptography;
using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

public sealed class TransferTests
{
    [Fact]
    public async Task Downloaded_chunks_arrive_in_order_both_ways_of_calling()
    {
        var content = RandomNumberGenerator.GetBytes(100_001);
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            foreach (var piece in content.Chunk(8192))
            {
                d.SendChunk(piece);
            }

            d.SendChunk([]);
        });
        using (daemon)
        {
            var sync = new MemoryStream();
            var async = new MemoryStream();

            handle.Download("/f", sync);
            await handle.DownloadAsync("/f", async);

            Assert.Equal(content, sync.ToArray());
            Assert.Equal(content, async.ToArray());
        }
    }

    [Fact]
    public void An_upload_sends_every_byte_and_an_empty_chunk_at_the_end()
    {
        var content = RandomNumberGenerator.GetBytes(20_003);
        var received = new MemoryStream();
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            ReceiveChunks(d, received);
            d.Reply(call);
        });
        using (daemon)
        {
            handle.Upload(new MemoryStream(content), "/f");

            Assert.Equal(content, received.ToArray());
        }
    }

    [Fact]
    public void A_daemon_that_cancels_an_upload_tells_why()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.SendRaw([0xFF, 0xFF, 0xEE, 0xEE]);
            ReceiveChunks(d, Stream.Null);
            d.ReplyError(call, "ENOSPC", "/f: No space left on device");
        });
        using (daemon)
        {
            var error = Assert.Throws<GuestfsException>(() => handle.Upload(new EndlessStream(), "/f"));

            Assert.Equal("ENOSPC", error.ErrnoName);
        }
    }

    [Fact]
    public void UserCancel_from_another_thread_stops_an_upload_and_the_handle_stays_usable()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            if (call.Procedure == (uint)ActionDescriptors.Upload.Procedure)
            {
                ReceiveChunks(d, Stream.Null);
                d.ReplyError(call, "", "cancelled");
            }
            else
            {
                d.Reply(call);
            }
        });
        using (daemon)
        {
            var stream = new EndlessStream { AfterFirstRead = () => handle.UserCancel() };

            var error = Assert.Throws<GuestfsException>(() => handle.Upload(stream, "/f"));

            Assert.Equal("EINTR", error.ErrnoName);
            handle.PingDaemon();
        }
    }

    [Fact]
    public async Task Cancelling_the_token_stops_a_download_and_the_handle_stays_usable()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            if (call.Procedure != (uint)ActionDescriptors.Download.Procedure)
            {
                return;
            }

            while (d.Socket.Available == 0)
            {
                d.SendChunk(new byte[100]);
            }

            Assert.Null(d.ReceiveMessage());
            d.SendChunk([], cancel: 1);
        });
        using (daemon)
        {
            using var source = new CancellationTokenSource();
            var target = new CallbackStream(source.Cancel);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.DownloadAsync("/f", target, cancellationToken: source.Token));

            await handle.PingDaemonAsync();
        }
    }

    [Fact]
    public void A_target_that_fails_stops_the_download_with_its_reason()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            d.SendChunk(new byte[100]);
            Assert.Null(d.ReceiveMessage());
            d.SendChunk([], cancel: 1);
        });
        using (daemon)
        {
            var error = Assert.Throws<GuestfsException>(() => handle.Download("/f", new CallbackStream(() => throw new IOException("disk full"))));

            Assert.Contains("disk full", error.Message);
        }
    }

    [Fact]
    public void A_value_larger_than_the_limit_of_the_caller_is_refused()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            d.SendChunk(new byte[1001]);
            Assert.Null(d.ReceiveMessage());
            d.SendChunk([], cancel: 1);
        });
        using (daemon)
        {
            handle.ReadLimit = 1000;

            var error = Assert.Throws<GuestfsException>(() => handle.Cat("/f"));

            Assert.Contains("limit of 1000 bytes", error.Message);
        }
    }

    [Fact]
    public void A_missing_host_file_fails_before_anything_is_sent()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.Reply(call));
        using (daemon)
        {
            var error = Assert.Throws<GuestfsException>(() => handle.Upload("/nonexistent/file", "/f"));

            Assert.Equal("ENOENT", error.ErrnoName);
            Assert.Equal(0, daemon.Calls);
        }
    }

    private static void ReceiveChunks(FakeDaemon daemon, Stream target)
    {
        while (daemon.ReceiveMessage() is { } chunk)
        {
            var reader = new XdrReader(chunk);
            if (reader.ReadInt32() != 0)
            {
                return;
            }

            var data = reader.ReadSpan();
            if (data.IsEmpty)
            {
                return;
            }

            target.Write(data);
        }
    }

    private sealed class EndlessStream : MemoryStream
    {
        public Action? AfterFirstRead { get; set; }

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            AfterFirstRead?.Invoke();
            AfterFirstRead = null;
            return buffer.Length;
        }
    }

    private sealed class CallbackStream(Action onWrite) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => onWrite();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            onWrite();
            return ValueTask.CompletedTask;
        }
    }
}
