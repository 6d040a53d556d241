using VirtTools.CommandLine.Memory;

namespace VirtTools.Bench.Memory;

/// <summary>
/// Looks again and again at all processes that this process started, directly or not, and remembers the most they had together. What lives shorter than
/// the interval may be missed.
/// </summary>
internal sealed class MemorySampler : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(25);

    private readonly MemoryCgroup? _cgroup = MemoryCgroup.OfThisProcess();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly long? _cgroupBefore;
    private MemoryUse _processes;
    private long _cgroupLargest;
    private bool _isIncomplete;

    /// <summary>Begins to look.</summary>
    public MemorySampler()
    {
        _cgroupBefore = _cgroup?.Usage;
        _thread = new Thread(Work) { IsBackground = true, Name = "memory sampler" };
        _thread.Start();
    }

    /// <summary>Stops looking.</summary>
    public MemoryPeak Stop()
    {
        _stop.Set();
        _thread.Join();
        return new(_isIncomplete ? null : _processes, _cgroupBefore is { } before ? Math.Max(0, _cgroupLargest - before) : null);
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Work()
    {
        do
        {
            Look();
        }
        while (!_stop.Wait(s_interval));
    }

    private void Look()
    {
        var together = default(MemoryUse);
        foreach (var process in ProcessTree.DescendantsOf(Environment.ProcessId))
        {
            try
            {
                together += MemoryUse.Parse(File.ReadAllText($"/proc/{process}/smaps_rollup"));
            }
            catch (UnauthorizedAccessException)
            {
                _isIncomplete = true;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        _processes = MemoryUse.Largest(_processes, together);
        _cgroupLargest = Math.Max(_cgroupLargest, _cgroup?.Usage ?? 0);
    }
}
