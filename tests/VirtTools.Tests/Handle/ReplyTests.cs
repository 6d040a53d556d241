using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

/// <summary>What becomes of a reply between the connection and the caller.</summary>
public sealed class ReplyTests
{
    [Fact]
    public void Replies_to_several_threads_are_not_mixed_up()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, body) =>
        {
            var reader = new XdrReader(body);
            var path = reader.ReadString();
            d.Reply(call, w => w.WriteString(path));
        });
        using (daemon)
        {
            var wrong = 0;
            var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
            {
                for (var i = 0; i < 500; i++)
                {
                    var path = "/" + new string((char)('a' + n), 1 + ((i * 37) % 3000));
                    if (handle.Readlink(path) != path)
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
            })).ToArray();

            foreach (var thread in threads)
            {
                thread.Start();
            }

            Assert.All(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
            Assert.Equal(0, wrong);
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
}
