using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Memory;

namespace VirtTools.Tests.Commands;

public sealed class ManyGuestsTests
{
    private const long GibiByte = 1L << 30;

    [Theory]
    [InlineData(64 * GibiByte, null, 8, 20, 8)] // the processors decide
    [InlineData(64 * GibiByte, null, 8, 3, 3)] // no more than there are guests
    [InlineData(1 * GibiByte, null, 8, 20, 3)] // three quarters of the memory
    [InlineData(64 * GibiByte, 1 * GibiByte, 8, 20, 3)] // the limit of the control group
    [InlineData(1 * GibiByte, 64 * GibiByte, 8, 20, 3)]
    [InlineData(64 * GibiByte, 0L, 8, 20, 1)] // always one
    [InlineData(0L, null, 0, 20, 1)]
    [InlineData(null, null, 4, 20, 4)] // nobody knows of memory
    [InlineData(null, 1 * GibiByte, 4, 20, 3)]
    [InlineData(long.MaxValue, long.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(64 * GibiByte, null, 8, 0, 1)]
    public void As_many_guests_at_once_as_processors_and_memory_allow(long? available, long? left, int processors, int guests, int expected) =>
        Assert.Equal(expected, GuestsAtOnce.Choose(new(available, left, processors), guests));

    [Fact]
    public void Available_memory_is_read_from_the_kernels_table()
    {
        Assert.Equal(2048L * 1024, HostCapacity.ParseAvailable("MemTotal:       24683596 kB\nMemFree:  100 kB\nMemAvailable:       2048 kB\n"));
        Assert.Null(HostCapacity.ParseAvailable("MemTotal:       24683596 kB\n"));
        Assert.Null(HostCapacity.ParseAvailable("MemAvailable:  99999999999999999 kB\n"));
    }

    [Fact]
    public void The_running_system_has_a_capacity()
    {
        var host = HostCapacity.Read();

        Assert.InRange(host.Memory!.Value, 1, long.MaxValue);
        Assert.InRange(host.Processors, 1, int.MaxValue);
    }

    [Fact]
    public void The_nearest_limit_of_a_version_2_group_or_of_one_above_it_counts()
    {
        var files = new Dictionary<string, string>
        {
            ["user.slice/app/memory.max"] = "max\n",
            ["user.slice/app/memory.current"] = "100\n",
            ["user.slice/memory.max"] = "1000\n",
            ["user.slice/memory.current"] = "700\n",
            ["user.slice/memory.stat"] = "anon 500\ninactive_file 150\nactive_file 50\n",
        };

        Assert.Equal(450, Left("0::/user.slice/app\n", files));
    }

    [Fact]
    public void A_version_1_group_is_read_by_its_own_names()
    {
        var files = new Dictionary<string, string>
        {
            ["memory/job/memory.limit_in_bytes"] = "1000\n",
            ["memory/job/memory.usage_in_bytes"] = "900\n",
            ["memory/job/memory.stat"] = "inactive_file 1\ntotal_inactive_file 200\n",
            ["memory/memory.limit_in_bytes"] = "9223372036854771712\n",
            ["memory/memory.usage_in_bytes"] = "900\n",
        };

        Assert.Equal(300, Left("5:cpu,cpuacct:/job\n4:memory:/job\n0::/\n", files));
    }

    [Fact]
    public void A_container_that_does_not_see_the_path_of_its_group_has_the_limit_of_the_top()
    {
        var files = new Dictionary<string, string> { ["memory.max"] = "1000", ["memory.current"] = "400" };

        Assert.Equal(600, Left("0::/system.slice/container-1", files));
    }

    [Fact]
    public void Without_a_limit_or_with_files_that_make_no_sense_there_is_none()
    {
        Assert.Null(Left("", []));
        Assert.Null(Left("0::/a", new() { ["a/memory.max"] = "max", ["a/memory.current"] = "1" }));
        Assert.Null(Left("0::/a", new() { ["a/memory.max"] = "much", ["a/memory.current"] = "1" }));
        Assert.Equal(0, Left("0::/a", new() { ["a/memory.max"] = "10", ["a/memory.current"] = "20" }));
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_guests_whichever_is_done_first()
    {
        var first = new TaskCompletionSource();
        List<string> taken = [];

        await GuestQueue.RunAsync(
            ["a", "b", "c"],
            2,
            async (guest, _) =>
            {
                if (guest == "a")
                {
                    await first.Task;
                }
                else if (guest == "c")
                {
                    first.SetResult();
                }

                return guest;
            },
            async results =>
            {
                foreach (var result in results)
                {
                    taken.Add(await result);
                }
            },
            CancellationToken.None);

        Assert.Equal(["a", "b", "c"], taken);
    }

    [Fact]
    public async Task A_guest_that_hangs_and_one_that_fails_hold_up_no_other()
    {
        var done = new CountdownEvent(3);
        await GuestQueue.RunAsync(
            ["hangs", "fails", "b", "c", "d"],
            2,
            async (guest, stop) =>
            {
                switch (guest)
                {
                    case "hangs":
                        await Task.Delay(Timeout.Infinite, stop);
                        break;
                    case "fails":
                        throw new InvalidOperationException();
                    default:
                        done.Signal();
                        break;
                }

                return guest;
            },
            _ => Task.Run(done.Wait),
            CancellationToken.None);

        Assert.True(done.IsSet);
    }

    [Fact]
    public async Task No_more_guests_are_worked_on_at_once_than_allowed()
    {
        var (running, most) = (0, 0);
        await GuestQueue.RunAsync(
            Enumerable.Range(0, 20).ToList(),
            3,
            async (guest, _) =>
            {
                lock (this)
                {
                    most = Math.Max(most, ++running);
                }

                await Task.Yield();
                lock (this)
                {
                    running--;
                }

                return guest;
            },
            Task.WhenAll,
            CancellationToken.None);

        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task Cancelling_ends_all_guests_and_waits_for_their_end()
    {
        using var source = new CancellationTokenSource();
        var ended = 0;

        var running = GuestQueue.RunAsync(
            [1, 2, 3],
            2,
            async (guest, stop) =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }

                return guest;
            },
            Task.WhenAll,
            source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(2, ended);
    }

    private static long? Left(string membership, Dictionary<string, string> files) => new CgroupMemoryLimit(membership, files.GetValueOrDefault).Left;
}
