using System.CommandLine;
using VirtTools.CommandLine.Completion;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Watch;

namespace VirtTools.Commands;

/// <summary>How virt-df writes what it found.</summary>
internal enum UsageFormat
{
    Table,
    Csv,
    Json,
    JsonLines,
    Prometheus,
}

/// <summary>The options of virt-df.</summary>
internal sealed class UsageOptions : GuestOptions
{
    private readonly Option<bool> _csv;
    private readonly Option<bool> _human;
    private readonly Option<bool> _inodes;
    private readonly Option<string> _threads;
    private readonly Option<bool> _json;
    private readonly Option<bool> _jsonLines;
    private readonly Option<bool> _prometheus;
    private readonly Option<string> _output;
    private readonly Option<bool> _each;
    private readonly Option<bool> _uuid;
    private readonly Option<string> _watch;
    private readonly Option<string> _images;

    public UsageOptions()
    {
        _csv = Flag(OptionOrigin.Original, "--csv");
        _human = Flag(OptionOrigin.Original, "--human-readable", "-h");
        _inodes = Flag(OptionOrigin.Original, "--inodes", "-i");
        Flag(OptionOrigin.Original, "--one-per-guest");
        _threads = Value<string>(OptionOrigin.Original, "-P");
        _uuid = Flag(OptionOrigin.Original, "--uuid");
        _json = Flag(OptionOrigin.Ours, "--json");
        _jsonLines = Flag(OptionOrigin.Ours, "--json-lines");
        _prometheus = Flag(OptionOrigin.Ours, "--prometheus");
        _output = Value<string>(OptionOrigin.Ours, "--output");
        Suggest(_output, Suggestion.Files);
        _each = Flag(OptionOrigin.Ours, "--each");
        _watch = Value<string>(OptionOrigin.Ours, "--watch");
        _images = Value<string>(OptionOrigin.Ours, "--images");
        Suggest(_watch, Suggestion.OneOf("1m", "5m", "1h"));
        Suggest(_images, Suggestion.Files);
        DeclareKeys(OptionOrigin.Ours);
    }

    public UsageFormat Format =>
        Has(_csv) ? UsageFormat.Csv
        : Has(_json) ? UsageFormat.Json
        : Has(_jsonLines) ? UsageFormat.JsonLines
        : Has(_prometheus) || Has(_watch) ? UsageFormat.Prometheus
        : UsageFormat.Table;

    public bool IsHuman => Has(_human);

    public bool CountsInodes => Has(_inodes);

    /// <summary>The file that takes the result instead of standard output; null for none.</summary>
    public string? OutputPath => Has(_output) ? Get(_output) : null;

    /// <summary>How often the guests are looked at anew; null for once and no more.</summary>
    public TimeSpan? WatchInterval { get; private set; }

    /// <summary>Lists the guests: those of the command line, those of a folder, or all that libvirt knows.</summary>
    public IGuestSource Source(CommandContext context) =>
        Has(_images) ? new ImageFolder(Get(_images)!)
        : Drives.Count == 0 ? new LibvirtGuests(LibvirtUri, Has(_uuid) ? GuestNaming.Uuid : GuestNaming.Name, context)
        : new NamedGuests(Guests);

    /// <summary>How many guests are examined at once; 0 to find out.</summary>
    public int Parallelism { get; private set; }

    /// <summary>What each guest consists of: all of it one guest, or with <c>--each</c> every image a guest of its own.</summary>
    public IReadOnlyList<IReadOnlyList<DriveChoice>> Guests => Has(_each) ? [.. Drives.Select(d => new[] { d })] : [Drives];

    protected override void Check()
    {
        if (Drives.Count == 0)
        {
            TakeDrivesFromOperands(kept: 0);
        }

        base.Check();
        if (Has(_images) && Drives.Count > 0)
        {
            throw new UsageException("--images or guests of their own, not both");
        }

        if (Operands.Count > 0)
        {
            throw new UsageException($"{Operands[0]}: guests are named with -a and -d or without, not both ways");
        }

        CheckCombination();
        Parallelism = Has(_threads) ? Number("-P", Get(_threads)!) : 0;
        if (Parallelism < 0)
        {
            throw new UsageException("-P takes 0 (find out) or a number of guests to examine at once");
        }
    }

    private void CheckCombination()
    {
        Option[] formats = [_csv, _json, _jsonLines, _prometheus];
        if (formats.Where(Has).ToArray() is [var first, var second, ..])
        {
            throw new UsageException($"{first.Name} or {second.Name}, not both");
        }

        if (Has(_watch))
        {
            CheckWatch();
        }

        if (IsHuman && Format != UsageFormat.Table)
        {
            throw new UsageException("-h is for people: the other formats hold exact numbers");
        }

        if (Has(_output) && string.IsNullOrEmpty(Get(_output)))
        {
            throw new UsageException("--output takes the name of a file");
        }
    }

    private void CheckWatch()
    {
        WatchInterval = WatchSettings.TryReadInterval(Get(_watch)!)
            ?? throw new UsageException($"--watch takes a time such as 90s, 5m or 1h, a second at least and a week at most, not '{Get(_watch)}'");
        if (Format != UsageFormat.Prometheus)
        {
            throw new UsageException("--watch writes metrics (--prometheus) and no other format");
        }

        if (!Has(_output))
        {
            throw new UsageException("--watch needs --output with the file that is written anew each time");
        }
    }
}
