using System.CommandLine;
using VirtTools.CommandLine.Completion;
using VirtTools.CommandLine.Options;

namespace VirtTools.Commands;

/// <summary>How virt-ls shows times.</summary>
internal enum TimeStyle
{
    /// <summary>Date and time of day in the zone of this process.</summary>
    Calendar,

    /// <summary>Seconds since 1970.</summary>
    Seconds,

    /// <summary>Seconds before now.</summary>
    Age,

    /// <summary>Days before now.</summary>
    AgeInDays,
}

/// <summary>What virt-ls lists.</summary>
internal enum ListMode
{
    /// <summary>Names.</summary>
    Names,

    /// <summary><c>-l</c>: as <c>ls -l</c> in the guest.</summary>
    Long,

    /// <summary><c>-R</c>: names of everything below.</summary>
    Recursive,

    /// <summary><c>-lR</c>: one line a file with what is known of it.</summary>
    RecursiveLong,
}

/// <summary>The options of virt-ls; its operands are directories.</summary>
internal sealed class ListOptions : MountingOptions
{
    private static readonly string[] s_checksums = ["crc", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

    private readonly Option<string?> _checksum;
    private readonly Option<bool> _csv;
    private readonly Option<bool> _extraStats;
    private readonly Option<bool> _human;
    private readonly Option<bool> _long;
    private readonly Option<bool> _recursive;
    private readonly Option<bool> _times;
    private readonly Option<bool> _uids;
    private readonly Option<bool> _null;
    private readonly Option<bool> _json;

    public ListOptions()
    {
        _checksum = OptionalValue(OptionOrigin.Original, "--checksum", "--checksums");
        Suggest(_checksum, Suggestion.OneOf(s_checksums));
        _csv = Flag(OptionOrigin.Original, "--csv");
        _extraStats = Flag(OptionOrigin.Original, "--extra-stats", "--extra-stat");
        _human = Flag(OptionOrigin.Original, "--human-readable", "-h");
        _long = Flag(OptionOrigin.Original, "--long", "-l");
        _recursive = Flag(OptionOrigin.Original, "--recursive", "-R");
        _times = Flag(OptionOrigin.Original, "--times", "--time");
        TimeDays = Flag(OptionOrigin.Original, "--time-days");
        TimeRelative = Flag(OptionOrigin.Original, "--time-relative");
        TimeSeconds = Flag(OptionOrigin.Original, "--time-t");
        _uids = Flag(OptionOrigin.Original, "--uids", "--uid");
        _null = Flag(OptionOrigin.Ours, "--null", "-0");
        _json = Flag(OptionOrigin.Ours, "--json");
    }

    public IReadOnlyList<string> Directories => Operands;

    public ListMode Mode => (Has(_long), Has(_recursive)) switch
    {
        (true, true) => ListMode.RecursiveLong,
        (true, false) => ListMode.Long,
        (false, true) => ListMode.Recursive,
        _ => ListMode.Names,
    };

    /// <summary>Name of the checksum; null for none.</summary>
    public string? Checksum => Has(_checksum) ? Get(_checksum) ?? "md5" : null;

    public bool IsCsv => Has(_csv);

    public bool IsJson => Has(_json);

    public bool IsHuman => Has(_human);

    public bool HasExtraStats => Has(_extraStats);

    public bool HasTimes => Has(_times) || HasTimeStyle;

    public bool HasOwners => Has(_uids);

    /// <summary>What ends a name or a line: a newline, or a zero byte with <c>-0</c>.</summary>
    public char LineEnd => Has(_null) ? '\0' : '\n';

    /// <summary>Of several <c>--time-</c> options the last one counts.</summary>
    public TimeStyle TimeStyle { get; private set; }

    private Option<bool> TimeDays { get; }

    private Option<bool> TimeRelative { get; }

    private Option<bool> TimeSeconds { get; }

    private bool HasTimeStyle => Has(TimeDays) || Has(TimeRelative) || Has(TimeSeconds);

    protected override void Meet(Option option, string? value)
    {
        TimeStyle = option == TimeDays ? TimeStyle.AgeInDays
            : option == TimeRelative ? TimeStyle.Age
            : option == TimeSeconds ? TimeStyle.Seconds
            : TimeStyle;
        if (option == _checksum && value is not null && !s_checksums.Contains(value))
        {
            throw new UsageException($"--checksum={value}: there is {string.Join(", ", s_checksums)}");
        }

        base.Meet(option, value);
    }

    protected override void Check()
    {
        if (Drives.Count == 0)
        {
            TakeDrivesFromOperands(kept: 1);
        }

        base.Check();
        if (Drives.Count == 0)
        {
            throw new UsageException("which guest? name its image with -a, or a libvirt guest with -d") { ShowsSynopsis = true };
        }

        if (Directories.Count == 0)
        {
            throw new UsageException("which directory? name at least one") { ShowsSynopsis = true };
        }

        CheckCombination();
    }

    private void CheckCombination()
    {
        var isForLongOnly = Has(_csv) || Has(_human) || Has(_uids) || Has(_times) || HasTimeStyle || Has(_extraStats) || Has(_checksum);
        if (isForLongOnly && !IsJson && Mode != ListMode.RecursiveLong)
        {
            throw new UsageException("-h, --csv, --checksum, --extra-stats, --times, --time-... and --uids go with -lR only");
        }

        if (Has(_csv) && Has(_human))
        {
            throw new UsageException("--csv holds exact numbers: not together with -h");
        }

        if (Has(_csv) && IsJson)
        {
            throw new UsageException("--csv or --json, not both");
        }

        if (IsJson && Has(_null))
        {
            throw new UsageException("-0 is for lists of names: not together with --json");
        }
    }
}
