using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace VirtTools.Appliance;

/// <summary>Does the same with many things, as many at once as there are processors.</summary>
internal static class EachAtOnce
{
    /// <summary>Takes the items in their order, each when a processor is free. The first failure is thrown as it was, not wrapped.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run<T>(IEnumerable<T> items, Action<T> work, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering), options, work);
        }
        catch (AggregateException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }
}
