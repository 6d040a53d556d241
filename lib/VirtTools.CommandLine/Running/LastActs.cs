using System.Collections.Concurrent;

namespace VirtTools.CommandLine.Running;

/// <summary>
/// What must still be done when the process is ended hard, where no <c>finally</c> runs: a file with a guest's content removed, a terminal put right.
/// </summary>
internal static class LastActs
{
    private static readonly ConcurrentDictionary<Act, byte> s_acts = new();

    /// <summary>Adds an act; disposal takes it back.</summary>
    /// <param name="act">Quick, and safe on any thread and twice.</param>
    public static IDisposable Add(Action act)
    {
        var added = new Act(act);
        s_acts[added] = 0;
        return added;
    }

    /// <summary>Carries them all out.</summary>
    public static void Run()
    {
        foreach (var act in s_acts.Keys)
        {
            act.Run();
        }
    }

    private sealed class Act(Action act) : IDisposable
    {
        public void Run() => act();

        public void Dispose() => s_acts.TryRemove(this, out _);
    }
}
