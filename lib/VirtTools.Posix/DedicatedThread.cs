namespace VirtTools.Posix;

/// <summary>Runs blocking work on a thread made for it, so that no thread of the pool is held.</summary>
internal static class DedicatedThread
{
    /// <summary>Starts <paramref name="work"/>; the task ends with its result or its exception, and continues on the pool.</summary>
    public static Task<T> Run<T>(string name, Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (OperationCanceledException e)
            {
                completion.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return completion.Task;
    }
}
