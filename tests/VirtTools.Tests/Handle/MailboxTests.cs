using System.Security.Cryptography;
using VirtTools.Connection;
using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

/// <summary>The library's end of the mailbox against daemons that mean harm.</summary>
public sealed class MailboxTests : IDisposable
{
    private readonly Mailbox _mailbox = new() { Layout = MailboxLayout.Usual };

    public void Dispose() => _mailbox.Dispose();

    [Fact]
    public async Task Slots_arrive_in_the_order_of_their_chunks_and_are_given_back()
    {
        var content = RandomNumberGenerator.GetBytes(10_000_001);
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            foreach (var piece in content.Chunk(MailboxLayout.Usual.SlotSize))
            {
                piece.CopyTo(_mailbox[5]);
                d.SendSlot(5, (uint)piece.Length);
                Assert.Equal([0xFF, 0xFF, 0xDD, 0xDD, 0, 0, 0, 5], d.Receive(8));
            }

            d.SendChunk([]);
        }, _mailbox);
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

    [Theory]
    [InlineData(8u, 1u)]
    [InlineData(uint.MaxValue, 1u)]
    [InlineData(0u, 0u)]
    [InlineData(0u, (4u << 20) + 1)]
    [InlineData(7u, uint.MaxValue)]
    public void Chunk_that_names_what_no_slot_holds_breaks_the_protocol(uint slot, uint length)
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            d.SendSlot(slot, length);
        }, _mailbox);
        using (daemon)
        {
            Assert.Equal("EPROTO", Assert.Throws<GuestfsException>(() => handle.Download("/f", new MemoryStream())).ErrnoName);
        }
    }

    [Fact]
    public void Slot_without_an_agreement_breaks_the_protocol()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.Reply(call);
            d.SendSlot(0, 1);
        });
        using (daemon)
        {
            Assert.Equal("EPROTO", Assert.Throws<GuestfsException>(() => handle.Download("/f", new MemoryStream())).ErrnoName);
        }
    }

    // None of these exists: one that does may just have been sent when it is given back.
    [Theory]
    [InlineData(8u)]
    [InlineData(64u)]
    [InlineData(uint.MaxValue)]
    public void Slot_given_back_that_was_not_sent_breaks_the_protocol(uint slot)
    {
        var (handle, daemon) = FakeDaemon.Start((d, _, _) =>
        {
            d.ReceiveMessage();
            d.GiveBack(slot);
            while (d.ReceiveMessage() is not null)
            {
            }
        }, _mailbox);
        using (daemon)
        {
            Assert.Equal("EPROTO", Assert.Throws<GuestfsException>(() => handle.Upload(new Zeros(), "/f")).ErrnoName);
        }
    }

    [Fact]
    public void Slot_given_back_twice_breaks_the_protocol()
    {
        var (handle, daemon) = FakeDaemon.Start((d, _, _) =>
        {
            d.ReceiveMessage();
            d.GiveBack(0);
            d.GiveBack(0);
            while (d.ReceiveMessage() is not null)
            {
            }
        }, _mailbox);
        using (daemon)
        {
            // Slot 0 may have been filled again in between, so one of the pair is refused or a later one.
            Assert.Equal("EPROTO", Assert.Throws<GuestfsException>(() => handle.Upload(new Once(), "/f")).ErrnoName);
        }
    }

    [Theory]
    [InlineData(-1, 4 << 20)]
    [InlineData(0, 4 << 20)]
    [InlineData(65, 4096)]
    [InlineData(1, 0)]
    [InlineData(1, -4096)]
    [InlineData(1, 4097)]
    [InlineData(16, 4 << 20)]
    [InlineData(1, 1 << 30)]
    [InlineData(64, int.MaxValue & -4096)]
    public void Layout_that_the_mailbox_has_no_room_for_is_refused(int count, int size)
    {
        using var body = new XdrWriter();
        body.WriteUInt32(2);
        body.WriteUInt32(Protocol.ChunkMax);
        body.WriteString("build");
        body.WriteInt32(count);
        body.WriteInt32(size);

        Assert.Throws<ProtocolException>(() => ExtensionHello.ParseReply(body.Written.Span));
    }

    [Fact]
    public void Daemon_that_takes_all_slots_and_cancels_an_upload_tells_why()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            for (var i = 0; i < MailboxLayout.Usual.SlotCount; i++)
            {
                d.ReceiveMessage();
            }

            d.SendRaw([0xFF, 0xFF, 0xEE, 0xEE]);
            Assert.Equal((int)ChunkKind.Cancelled, new XdrReader(d.ReceiveMessage()).ReadInt32());
            d.ReplyError(call, "ENOSPC", "/f: No space left on device");
        }, _mailbox);
        using (daemon)
        {
            Assert.Equal("ENOSPC", Assert.Throws<GuestfsException>(() => handle.Upload(new Zeros(), "/f")).ErrnoName);
        }
    }

    [Fact]
    public void Nobody_can_change_the_size_of_the_memory() =>
        Assert.Throws<VirtTools.Posix.PosixException>(() => VirtTools.Posix.Descriptors.Truncate(_mailbox.Disk, 0));

    private class Zeros : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => buffer.Length;
    }

    // One full slot, then nothing for as long as the daemon needs.
    private sealed class Once : Zeros
    {
        private int _reads;

        public override int Read(Span<byte> buffer)
        {
            if (_reads++ > 0)
            {
                Thread.Sleep(20);
            }

            return buffer.Length;
        }
    }
}
