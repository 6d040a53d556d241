using Spectre.Console;

namespace VirtTools.Appliance.Command;

/// <summary>Shows how far a build is: a bar on a terminal, nothing elsewhere.</summary>
internal static class BuildProgressBar
{
    /// <summary>Does the work and shows what it reports.</summary>
    public static T Run<T>(TextWriter error, Func<IProgress<BuildProgress>, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new Discard());
        }

        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new Bar(context.AddTask("starting", maxValue: 1))));
    }

    private sealed class Discard : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
        }
    }

    private sealed class Bar(ProgressTask task) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
            task.Description = Markup.Escape(value.Stage);
            task.Value = value.Fraction;
        }
    }
}
