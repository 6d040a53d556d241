using System.Collections.Concurrent;

namespace VirtTools.Posix;

/// <summary>
/// All children are forked by one thread that lives as long as the process. A parent-death signal follows the thread that forked
/// (prctl(2), PR_SET_PDEATHSIG), so a pool thread that retires would take the children down with it.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> Queue = [];
    private static readonly Lock StartLock = new();
    private static Thread? thread;

    /// <summary>Runs <paramref name="work"/> on the thread and waits for it.</summary>
    public static T Run<T>(Func<T> work)
    {
        EnsureStarted();
        using var done = new ManualResetEventSlim();
        T? result = default;
        Exception? failure = null;
        Queue.Add(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = e;
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        return result!;
    }

    private static void EnsureStarted()
    {
        lock (StartLock)
        {
            if (thread is not null)
            {
                return;
            }

            thread = new Thread(Loop) { IsBackground = true, Name = "spawn" };
            thread.Start();
        }
    }

    private static void Loop()
    {
        foreach (var work in Queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
