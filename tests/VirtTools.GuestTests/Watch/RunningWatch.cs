using System.Collections.Concurrent;
using System.Diagnostics;
using VirtTools.GuestTests.Commands;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.GuestTests.Watch;

/// <summary>The published <c>virt-df --watch</c> at work. All the while somebody reads its file as a scraper would, and never may it break off.</summary>
internal sealed class RunningWatch : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly TestFolder _folder = new();
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Thread _scraper;
    private volatile bool _isOver;
    private volatile string? _torn;
    private volatile ScrapedMetrics? _last;

    /// <param name="options">What to watch, how often and how.</param>
    /// <param name="environment">Variables beside the usual ones.</param>
    public RunningWatch(IReadOnlyList<string> options, params IReadOnlyList<(string Name, string Value)> environment)
    {
        Directory.CreateDirectory(TemporaryFolder);
        var start = Published.Prepare("virt-df", TemporaryFolder, ["--output", OutputPath, .. options]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        _scraper = new Thread(Scrape) { IsBackground = true, Name = "scraper" };
        _scraper.Start();
    }

    public string OutputPath => _folder["out.prom"];

    /// <summary>Where the program puts what it needs for a moment.</summary>
    public string TemporaryFolder => _folder["tmp"];

    public int ProcessId => _process.Id;

    /// <summary>What it has said on standard error so far.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>The processes that are machines with guests' images.</summary>
    public IReadOnlyList<int> Machines => Published.ProcessesOf(TemporaryFolder, "-kernel");

    /// <summary>Waits until the metrics are as wanted.</summary>
    /// <param name="wanted">What they must say.</param>
    /// <param name="what">That in words, for the failure.</param>
    public ScrapedMetrics WaitFor(Func<ScrapedMetrics, bool> wanted, string what) => WaitFor(wanted, what, s_patience);

    /// <inheritdoc cref="WaitFor(Func{ScrapedMetrics, bool}, string)"/>
    public ScrapedMetrics WaitFor(Func<ScrapedMetrics, bool> wanted, string what, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            Assert.Null(_torn);
            Assert.False(_process.HasExited, $"the watch has ended: {Said}");
            if (_last is { } metrics && wanted(metrics))
            {
                return metrics;
            }

            Assert.True(clock.Elapsed < patience, $"not to be had: {what}\n{(File.Exists(OutputPath) ? File.ReadAllText(OutputPath) : "no file")}\n{Said}");
            Thread.Sleep(50);
        }
    }

    /// <summary>Waits for metrics that were written after this moment, some rounds later.</summary>
    public ScrapedMetrics WaitForRounds(int seconds)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return WaitFor(metrics => metrics.Written > now + seconds, "later rounds");
    }

    /// <summary>Ends it as a service manager does.</summary>
    /// <returns>The exit status.</returns>
    public int Stop()
    {
        _ = Libc.Kill(_process.Id, Signals.Terminate);
        Assert.True(_process.WaitForExit(s_patience), "the watch does not end");
        _isOver = true;
        _scraper.Join();
        Assert.Null(_torn);
        return _process.ExitCode;
    }

    /// <summary>Asserts that a watch that was stopped has left nothing behind.</summary>
    public void AssertNothingLeft()
    {
        var clock = Stopwatch.StartNew();
        while (Published.QemusOf(TemporaryFolder).Count > 0 && clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            Thread.Sleep(50);
        }

        Assert.Empty(Published.QemusOf(TemporaryFolder));
        Assert.Empty(Directory.GetFileSystemEntries(TemporaryFolder));
        Assert.Equal([OutputPath], Directory.GetFiles(_folder.Path));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _isOver = true;
        _scraper.Join();
        _process.Dispose();
        _folder.Dispose();
    }

    private void Scrape()
    {
        var before = "";
        while (!_isOver)
        {
            if (File.Exists(OutputPath) && File.ReadAllText(OutputPath) is var text && text != before)
            {
                before = text;
                _last = ScrapedMetrics.TryParse(text);
                _torn = _last is null ? text : _torn;
            }

            Thread.Sleep(10);
        }
    }
}
