using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

/// <summary>What becomes of a reply between the connection and the caller.</summary>
public sealed class ReplyTests
{
    [Fact]
    public void A_reply_stays_as_it_is_when_the_next_call_begins()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, body) =>
        {
            var reader = new XdrReader(body);
            var path = reader.ReadString();
            d.Reply(call, w => w.WriteString(path));
        });
        using (daemon)
        {
            var first = Readlink(handle, "/first");
            var second = Readlink(handle, "/other");

            Assert.Equal("/first", Text(first));
            Assert.Equal("/other", Text(second));
        }
    }

    [Fact]
    public async Task A_reply_that_is_not_what_the_action_returns_ends_the_appliance()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.Reply(call, w => w.WriteUInt32(7)));
        using (daemon)
        {
            var error = await Assert.ThrowsAsync<GuestfsException>(() => handle.ExistsAsync("/"));

            Assert.Equal("EPROTO", error.ErrnoName);
            Assert.True(handle.IsConfig());
        }
    }

    private static ReadOnlyMemory<byte> Readlink(Guestfs handle, string path)
    {
        using var call = handle.NewCall(ActionDescriptors.Readlink);
        call.String("path", path);
        return handle.Invoke(call);
    }

    private static string Text(ReadOnlyMemory<byte> reply)
    {
        var reader = new XdrReader(reply.Span);
        return reader.ReadString();
    }
}
