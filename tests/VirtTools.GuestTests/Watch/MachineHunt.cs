using System.Diagnostics;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.GuestTests.Watch;

/// <summary>Lies in wait for machines that have a guest's image open, and sends each of them a signal, as long as it is not disposed.</summary>
internal sealed class MachineHunt : IDisposable
{
    private readonly RunningWatch _watch;
    private readonly Func<string, bool> _isPrey;
    private readonly int _signal;
    private readonly int _oneIn;
    private readonly HashSet<int> _met = [];
    private readonly Thread _thread;
    private volatile bool _isOver;
    private volatile int _count;

    /// <param name="watch">Whose machines.</param>
    /// <param name="isPrey">Whether a file that the machine has open makes it one of those.</param>
    /// <param name="signal">What it gets.</param>
    /// <param name="oneIn">That one in so many gets it.</param>
    public MachineHunt(RunningWatch watch, Func<string, bool> isPrey, int signal, int oneIn = 1)
    {
        (_watch, _isPrey, _signal, _oneIn) = (watch, isPrey, signal, oneIn);
        _thread = new Thread(Hunt) { IsBackground = true, Name = "hunt" };
        _thread.Start();
    }

    /// <summary>How many machines have got the signal.</summary>
    public int Count => _count;

    public void WaitForOne()
    {
        var clock = Stopwatch.StartNew();
        while (Count == 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), $"no machine has the image: {_watch.Said}");
            Thread.Sleep(10);
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Hunt()
    {
        while (!_isOver)
        {
            foreach (var machine in _watch.Machines)
            {
                if (machine % _oneIn == 0 && !_met.Contains(machine) && FilesOf(machine).Any(_isPrey) && Libc.Kill(machine, _signal) == 0)
                {
                    _met.Add(machine);
                    _count++;
                }
            }

            Thread.Sleep(2);
        }
    }

    private static IReadOnlyList<string> FilesOf(int process)
    {
        try
        {
            return [.. Directory.GetFiles($"/proc/{process}/fd").Select(path => new FileInfo(path).LinkTarget ?? "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return [];
        }
    }
}
