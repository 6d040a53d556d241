namespace VirtTools.Bench.Measuring;

/// <summary>
/// Measures ours and the original in turns, so that a machine that gets slower or faster does so for both. The first turn of each is not counted: it
/// fills caches.
/// </summary>
internal static class Turns
{
    /// <summary>Takes turns.</summary>
    /// <param name="count">How many values of each are wanted.</param>
    /// <param name="ours">Measures ours once.</param>
    /// <param name="original">Measures the original once; null where it is not installed.</param>
    /// <param name="progress">Told of each counted turn.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    public static async Task<Results<T>> TakeAsync<T>(
        int count,
        Func<CancellationToken, Task<T>> ours,
        Func<CancellationToken, Task<T>>? original,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        var ofOurs = new List<T>();
        var ofOriginal = new List<T>();
        for (var turn = 0; turn <= count; turn++)
        {
            progress.Report(turn == 0 ? "warming up" : $"{turn} of {count}");

            // Whoever is second finds the processor as the first has left it: so each is first every other time.
            var originalIsFirst = turn % 2 == 1;
            if (originalIsFirst)
            {
                await MeasureOriginalAsync(turn).ConfigureAwait(false);
            }

            var value = await ours(cancellationToken).ConfigureAwait(false);
            if (turn > 0)
            {
                ofOurs.Add(value);
            }

            if (!originalIsFirst)
            {
                await MeasureOriginalAsync(turn).ConfigureAwait(false);
            }
        }

        return new(ofOurs, original is null ? null : ofOriginal);

        async Task MeasureOriginalAsync(int turn)
        {
            if (original is null)
            {
                return;
            }

            var value = await original(cancellationToken).ConfigureAwait(false);
            if (turn > 0)
            {
                ofOriginal.Add(value);
            }
        }
    }
}
