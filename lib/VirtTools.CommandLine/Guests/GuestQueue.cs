namespace VirtTools.CommandLine.Guests;

/// <summary>Works on many guests, several at once.</summary>
internal static class GuestQueue
{
    /// <summary>
    /// Starts the work; the results are awaited in the order of the guests, whichever is done first. A guest whose work fails or hangs takes up its own
    /// place and no other's.
    /// </summary>
    /// <param name="guests">The guests.</param>
    /// <param name="atOnce">How many may be worked on at the same time.</param>
    /// <param name="work">What is done with each.</param>
    /// <param name="consume">Takes the results; when it ends, for whatever reason, work that still goes on is cancelled and waited for.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    public static async Task RunAsync<TGuest, TResult>(
        IReadOnlyList<TGuest> guests,
        int atOnce,
        Func<TGuest, CancellationToken, Task<TResult>> work,
        Func<IReadOnlyList<Task<TResult>>, Task> consume,
        CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(atOnce);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var results = guests.Select(WorkAsync).ToList();
        try
        {
            await consume(results).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((IEnumerable<Task>)results).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task<TResult> WorkAsync(TGuest guest)
        {
            await places.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                return await work(guest, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
    }
}
