using System.Buffers.Binary;
using CsCheck;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

public sealed class CallTests
{
    [Fact]
    public void Two_hundred_synchronous_calls_finish_with_a_thread_pool_of_two()
    {
        ThreadPool.GetMinThreads(out var oldMin, out var oldMinIo);
        ThreadPool.GetMaxThreads(out var oldMax, out var oldMaxIo);
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.Reply(call));
        try
        {
            ThreadPool.SetMinThreads(1, 1);
            Assert.True(ThreadPool.SetMaxThreads(2, 2));
            var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                for (var i = 0; i < 50; i++)
                {
                    handle.PingDaemon();
                }
            })).ToArray();

            foreach (var thread in threads)
            {
                thread.Start();
            }

            Assert.All(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
            Assert.Equal(200, daemon.Calls);
        }
        finally
        {
            ThreadPool.SetMaxThreads(oldMax, oldMaxIo);
            ThreadPool.SetMinThreads(oldMin, oldMinIo);
            daemon.Dispose();
        }
    }

    [Fact]
    public void Any_byte_string_comes_back_as_it_was_sent()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, body) =>
        {
            var reader = new XdrReader(body);
            var path = reader.ReadString();
            d.Reply(call, w => w.WriteString(path));
        });
        using (daemon)
        {
            Gen.Byte[1, 255].Array[0, 64].Sample(
                bytes => ByteString.GetBytes(handle.Readlink(ByteString.GetString(bytes))).AsSpan().SequenceEqual(bytes),
                iter: 2000, threads: 1);
        }
    }

    [Fact]
    public async Task An_error_reply_becomes_an_exception_with_errno_action_and_message()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.ReplyError(call, "ENOENT", "/nope: No such file or directory"));
        using (daemon)
        {
            var sync = Assert.Throws<GuestfsException>(() => handle.Readlink("/nope"));
            var async = await Assert.ThrowsAsync<GuestfsException>(() => handle.ReadlinkAsync("/nope"));

            Assert.Equal("ENOENT", sync.ErrnoName);
            Assert.Equal("readlink", sync.Action);
            Assert.Equal("readlink: /nope: No such file or directory", sync.Message);
            Assert.Equal(sync.Message, async.Message);
        }
    }

    [Fact]
    public void A_string_with_a_nul_is_refused_before_anything_is_sent()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.Reply(call));
        using (daemon)
        {
            var error = Assert.Throws<GuestfsException>(() => handle.Touch("/a\0b"));

            Assert.Equal("EINVAL", error.ErrnoName);
            Assert.Equal(0, daemon.Calls);
        }
    }

    [Fact]
    public void A_daemon_that_ends_in_the_middle_of_a_call_leaves_the_handle_in_config()
    {
        var (handle, daemon) = FakeDaemon.Start((d, _, _) => d.Socket.Dispose());
        using (daemon)
        {
            var quit = 0;
            handle.AddEventHandler(GuestEvents.SubprocessQuit, _ => quit++);

            var error = Assert.Throws<GuestfsException>(handle.PingDaemon);

            Assert.Contains("ended unexpectedly", error.Message);
            Assert.True(handle.IsConfig());
        }
    }

    public static TheoryData<string, byte[]> BrokenReplies() => new()
    {
        { "a length past the limit", [0x00, 0x50, 0x00, 0x00] },
        { "a second launch flag", [0xF5, 0xF5, 0x5F, 0xF5] },
        { "a message too short for a header", [0, 0, 0, 4, 0, 0, 0, 0] },
        { "a header of another call", [0, 0, 0, 40, .. new byte[40]] },
    };

    [Theory]
    [MemberData(nameof(BrokenReplies))]
    public void A_daemon_that_breaks_the_protocol_fails_the_call_and_is_ended(string what, byte[] bytes)
    {
        var (handle, daemon) = FakeDaemon.Start((d, _, _) => d.SendRaw(bytes));
        using (daemon)
        {
            var error = Assert.Throws<GuestfsException>(handle.PingDaemon);

            Assert.Equal("EPROTO", error.ErrnoName);
            Assert.True(handle.IsConfig(), what);
        }
    }

    [Fact]
    public void A_call_without_an_appliance_says_to_launch_first()
    {
        using var handle = new Guestfs(HandleEnvironment.Ignored);

        var error = Assert.Throws<GuestfsException>(handle.PingDaemon);

        Assert.Contains("call launch before", error.Message);
    }

    [Fact]
    public void The_number_of_optional_arguments_given_is_seen_by_the_daemon()
    {
        ulong seen = 0;
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            seen = call.OptionalBits;
            d.Reply(call);
        });
        using (daemon)
        {
            handle.Umount("/", new() { LazyUnmount = true });

            Assert.Equal(2UL, seen);
        }
    }

    [Fact]
    public void Disposing_twice_is_harmless_and_using_afterwards_is_refused()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.Reply(call));
        using (daemon)
        {
            handle.Dispose();
            handle.Dispose();

            Assert.Throws<ObjectDisposedException>(handle.PingDaemon);
            Assert.Equal(1, daemon.Calls);
        }
    }

    [Fact]
    public void Disposing_reports_a_sync_that_failed()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.ReplyError(call, "EIO", "fsync: Input/output error"));
        using (daemon)
        {
            var error = Assert.Throws<GuestfsException>(handle.Dispose);

            Assert.Equal("EIO", error.ErrnoName);
            handle.Dispose();
        }
    }
}
