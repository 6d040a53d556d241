namespace VirtTools.Tests.Handle;

public sealed class EventTests
{
    [Fact]
    public void Progress_events_come_in_order_on_the_thread_of_the_call()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.SendProgress(call, 1, 3);
            d.SendProgress(call, 2, 3);
            d.SendProgress(call, 3, 3);
            d.Reply(call);
        });
        using (daemon)
        {
            var seen = new List<(ulong, int)>();
            handle.AddEventHandler(GuestEvents.Progress, e => seen.Add((e.Progress!.Position, Environment.CurrentManagedThreadId)));

            handle.Sync();

            Assert.Equal([1UL, 2UL, 3UL], seen.Select(s => s.Item1));
            Assert.All(seen, s => Assert.Equal(Environment.CurrentManagedThreadId, s.Item2));
        }
    }

    [Fact]
    public void A_handler_that_throws_fails_that_call_and_not_the_connection()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.SendProgress(call, 1, 1);
            d.Reply(call);
        });
        using (daemon)
        {
            var registration = handle.AddEventHandler(GuestEvents.Progress, _ => throw new FormatException("oops"));

            var error = Assert.Throws<GuestfsException>(handle.Sync);
            registration.Dispose();
            handle.Sync();

            Assert.IsType<FormatException>(error.InnerException);
            Assert.Equal(2, daemon.Calls);
        }
    }

    [Fact]
    public void A_handler_that_calls_the_handle_is_told_that_it_may_not()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.SendProgress(call, 1, 1);
            d.Reply(call);
        });
        using (daemon)
        {
            handle.AddEventHandler(GuestEvents.Progress, _ => handle.PingDaemon());

            var error = Assert.Throws<GuestfsException>(handle.Sync);

            Assert.IsType<InvalidOperationException>(error.InnerException);
        }
    }

    [Fact]
    public void A_handler_may_dispose_the_handle()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) =>
        {
            d.SendProgress(call, 1, 1);
            d.Reply(call);
        });
        using (daemon)
        {
            handle.AddEventHandler(GuestEvents.Progress, _ => handle.Dispose());

            handle.Sync();

            Assert.Throws<ObjectDisposedException>(handle.Sync);
        }
    }

    [Fact]
    public void A_trace_shows_arguments_and_result_but_no_control_characters()
    {
        var (handle, daemon) = FakeDaemon.Start((d, call, _) => d.Reply(call, w => w.WriteString("x")));
        using (daemon)
        {
            var lines = new List<string>();
            handle.AddEventHandler(GuestEvents.Trace, e => lines.Add(e.Message));
            handle.SetTrace(true);

            handle.Readlink("/a\nb\x1b[0m");

            Assert.Equal(["readlink \"/a\\nb\\x1b[0m\"", "readlink = \"x\""], lines[^2..]);
        }
    }
}
