using System.Diagnostics;
using System.Globalization;
using VirtTools.CommandLine.Output;
using VirtTools.Commands.Content;
using VirtTools.Commands.Plan;

namespace VirtTools.Commands;

/// <summary>What the command tells while it works, on standard output and in the words of the original, since programs read them.</summary>
/// <param name="streams">Where it goes.</param>
/// <param name="options">What shall be told.</param>
/// <param name="programs">Gets the same for programs; null where nobody asked for that.</param>
internal sealed class ResizeMessages(CommandStreams streams, ResizeOptions options, MachineReadable? programs)
{
    private const string Line = "**********";

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ProgressDisplay _display = new(streams);
    private readonly List<string> _warnings = [];
    private long _percent = -1;

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    // With --json standard output holds the document alone.
    private bool IsSilent => options.IsQuiet || options.IsJson;

    /// <summary>A step begins.</summary>
    public void Step(string what)
    {
        TellPrograms("message", what);
        WriteStep(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(_start).TotalSeconds,6:0.0}] {what}\n"));
    }

    /// <summary>Something that leaves the exit status as it is, and that the user should know.</summary>
    public void Warn(string sentence)
    {
        _warnings.Add(sentence);
        TellPrograms("warning", sentence);
        streams.Warn(sentence);
    }

    /// <summary>Why the command fails; for programs, since people read it on standard error.</summary>
    public void TellFailure(string sentence) => TellPrograms("error", sentence);

    /// <summary>What has been done, as a sentence.</summary>
    public void TellResult(string sentence)
    {
        TellPrograms("info", sentence);
        WriteStep(sentence + "\n");
    }

    /// <summary>What was asked for is a sentence, so <c>--quiet</c> does not leave it out.</summary>
    public void Answer(string sentence)
    {
        TellPrograms("info", sentence);
        if (!options.IsJson)
        {
            Write(sentence + "\n");
        }
    }

    /// <summary>That an earlier run was finished. A document tells of the new one only, so there it is a warning.</summary>
    public void TellFinished(string sentence)
    {
        if (options.IsJson)
        {
            Warn(sentence);
        }
        else
        {
            Answer(sentence);
        }
    }

    /// <summary>The document of <c>--json</c>.</summary>
    public void WriteDocument(string json) => Write(json + "\n");

    /// <summary>The plan, before anything is changed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="volumes">Logical volumes that become larger, and what they hold.</param>
    public void Summarize(ResizePlan plan, IReadOnlyList<GrowingVolume> volumes)
    {
        if (IsSilent && !(options.IsDryRun && !options.IsJson))
        {
            return;
        }

        Write($"{Line}\n\nSummary of changes:\n\n");
        foreach (var partition in plan.Partitions.Where(partition => partition.Operation != PartitionOperation.Create))
        {
            Inform(Sentence(partition));
        }

        foreach (var (name, content) in volumes)
        {
            Inform($"{name}: This logical volume will be expanded to maximum size.{ContentSentence(name, content, content.Method)}");
        }

        if (plan.Surplus > 0)
        {
            WriteSurplus(plan);
        }

        Write($"{Line}\n");
    }

    /// <summary>How much has been copied.</summary>
    public void Progress(string what, long done, long total)
    {
        if (programs is not null)
        {
            var percent = total == 0 ? 100 : done * 100 / total;
            if (percent != _percent && !IsSilent)
            {
                _percent = percent;
                Write($"{done}/{total}\n");
            }

            return;
        }

        _display.Show(what, (ulong)done, (ulong)total);
    }

    /// <summary>The end.</summary>
    public void Finish()
    {
        const string Sentence = "Resize operation completed with no errors.  Before deleting the old disk, carefully check that the resized disk boots and works correctly.";
        WriteStep("\n");
        TellPrograms("info", Sentence);
        WriteStep($"virt-resize: {Sentence}\n");
    }

    private void WriteSurplus(ResizePlan plan)
    {
        var fate = plan.Extra is not null ? "An extra partition will be created for the surplus."
            : plan.Surplus >= ResizePlanner.SmallestExtraPartition
                ? "The surplus space will be ignored.  Run a partitioning program in the guest to partition this extra space if you want."
                : "The surplus space is not large enough for an extra partition to be created and so it will just be ignored.";
        Inform($"There is a surplus of {SizeText.Of(plan.Surplus)}.  {fate}");
    }

    private void WriteStep(string text)
    {
        if (!IsSilent)
        {
            Write(text);
        }
    }

    private void Inform(string sentence)
    {
        TellPrograms("info", sentence + "\n");
        Write($"virt-resize: {sentence}\n\n");
    }

    private void TellPrograms(string type, string sentence)
    {
        // What is wrong is told with --quiet too. With --json standard output holds the document alone.
        var isWanted = type is "error" or "warning" || !options.IsQuiet;
        if (programs is not null && isWanted && !(options.IsJson && programs.IsOutput))
        {
            programs.Tell(type, sentence);
        }
    }

    private string Sentence(PlannedPartition partition) => partition.Operation switch
    {
        PartitionOperation.Copy => $"{partition.Name}: This partition will be left alone.",
        PartitionOperation.Ignore => $"{partition.Name}: This partition will be created, but the contents will be ignored (ie. not copied to the target).",
        PartitionOperation.Delete => $"{partition.Name}: This partition will be deleted.",
        _ => $"{partition.Name}: This partition will be resized from {SizeText.Of(partition.OldSize)} to {SizeText.Of(partition.NewSize)}."
            + ContentSentence(partition.Name, partition.Content, partition.ExpandMethod),
    };

    private string ContentSentence(string name, PartitionContent content, ExpandMethod method) =>
        options.ExpandsContent && method != ExpandMethod.None
            ? $"  The {content.Words} on {name} will be expanded using the ‘{PartitionContent.NameOf(method)}’ method."
            : "";

    private void Write(string text)
    {
        streams.Write(text);
        streams.Output.Flush();
    }
}
