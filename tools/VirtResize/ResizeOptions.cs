using System.CommandLine;
using VirtTools.CommandLine.Options;
using VirtTools.Commands.Plan;

namespace VirtTools.Commands;

/// <summary>What happens when a file system that should become larger cannot.</summary>
internal enum UnknownFilesystems
{
    Ignore,
    Warn,
    Error,
}

/// <summary>The options of virt-resize; its operands are the input and the output.</summary>
internal sealed class ResizeOptions : GuestOptions
{
    private readonly Option<string> _alignFirst;
    private readonly Option<string> _alignment;
    private readonly Option<bool> _debug;
    private readonly Option<string> _delete;
    private readonly Option<bool> _dryRun;
    private readonly Option<string> _expand;
    private readonly Option<string> _ignore;
    private readonly Option<bool> _inPlace;
    private readonly Option<bool> _json;
    private readonly Option<string> _expandVolume;
    private readonly Option<string> _blockSize;
    private readonly Option<string?> _machineReadable;
    private readonly Option<bool> _noBootLoader;
    private readonly Option<bool> _noExpandContent;
    private readonly Option<bool> _noExtraPartition;
    private readonly Option<bool> _noSparse;
    private readonly Option<bool> _ntfsForce;
    private readonly Option<string> _inputFormat;
    private readonly Option<string> _outputFormat;
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _recover;
    private readonly Option<string> _resize;
    private readonly Option<string> _resizeForce;
    private readonly Option<string> _shrink;
    private readonly Option<string> _size;
    private readonly Option<string> _unknown;
    private readonly List<string> _deleted = [];
    private readonly List<string> _ignored = [];
    private readonly List<string> _volumes = [];
    private readonly List<SizeRequest> _sizes = [];
    private string? _expanded;
    private string? _shrunk;

    public ResizeOptions()
        : base(GuestOptionSet.WithoutImages)
    {
        _alignFirst = Value<string>(OptionOrigin.Original, "--align-first");
        _alignment = Value<string>(OptionOrigin.Original, "--alignment");
        Flag(OptionOrigin.Original, "--color", "--colors", "--colour", "--colours");
        _debug = Flag(OptionOrigin.Original, "--debug", "-d");
        _delete = Value<string>(OptionOrigin.Original, "--delete");
        _dryRun = Flag(OptionOrigin.Original, "--dry-run", "--dryrun", "-n");
        _expand = Value<string>(OptionOrigin.Original, "--expand");
        _inputFormat = Value<string>(OptionOrigin.Original, "--format");
        _ignore = Value<string>(OptionOrigin.Original, "--ignore");
        _expandVolume = Value<string>(OptionOrigin.Original, "--lv-expand", "--LV-expand", "--lvexpand", "--LVexpand");
        _machineReadable = OptionalValue(OptionOrigin.Original, "--machine-readable");
        _noBootLoader = Flag(OptionOrigin.Original, "--no-copy-boot-loader");
        _noExpandContent = Flag(OptionOrigin.Original, "--no-expand-content");
        _noExtraPartition = Flag(OptionOrigin.Original, "--no-extra-partition");
        _noSparse = Flag(OptionOrigin.Original, "--no-sparse");
        _ntfsForce = Flag(OptionOrigin.Original, "--ntfsresize-force");
        _outputFormat = Value<string>(OptionOrigin.Original, "--output-format");
        _quiet = Flag(OptionOrigin.Original, "--quiet", "-q");
        _resize = Value<string>(OptionOrigin.Original, "--resize");
        _resizeForce = Value<string>(OptionOrigin.Original, "--resize-force");
        _shrink = Value<string>(OptionOrigin.Original, "--shrink");
        _unknown = Value<string>(OptionOrigin.Original, "--unknown-filesystems");
        Flag(OptionOrigin.Original, "--wrap");
        _inPlace = Flag(OptionOrigin.Ours, "--in-place");
        _json = Flag(OptionOrigin.Ours, "--json");
        _recover = Flag(OptionOrigin.Ours, "--recover");
        _blockSize = Value<string>(OptionOrigin.Ours, "--blocksize");
        _size = Value<string>(OptionOrigin.Ours, "--size");
    }

    public string Input => Operands[0];

    /// <summary>The input for messages, without a password.</summary>
    public string InputName => ImageAddress.WithoutSecret(Input);

    public string Output => Operands[1];

    public string? InputFormat => Has(_inputFormat) ? Get(_inputFormat) : null;

    /// <summary>Sector size of both disks in bytes; null for the usual one.</summary>
    public int? BlockSize => Has(_blockSize) ? Number("--blocksize", Get(_blockSize)!) : null;

    public string? OutputFormat => Has(_outputFormat) ? Get(_outputFormat) : null;

    /// <summary>Size of the output in bytes, relative to that of the input; null where the output is there already.</summary>
    public SizeChange? Size => Has(_size) ? SizeChange.TryParse(Get(_size)!) : null;

    /// <summary>Whether only what the program can do is asked for.</summary>
    public bool AsksForFeatures => Has(_machineReadable) && Operands.Count == 0;

    public bool IsMachineReadable => Has(_machineReadable);

    /// <summary>Where <c>--machine-readable</c> writes to; null for standard output.</summary>
    public string? MachineReadableFormat => Get(_machineReadable);

    /// <summary>Whether the only image grows where it is, instead of a copy.</summary>
    public bool IsInPlace => Has(_inPlace) || IsRecovery;

    /// <summary>Whether an interrupted growth in place shall be finished, and nothing else.</summary>
    public bool IsRecovery => Has(_recover);

    public bool IsDryRun => Has(_dryRun);

    public bool IsQuiet => Has(_quiet);

    public bool IsJson => Has(_json);

    public bool IsDebugging => Has(_debug) || IsVerbose;

    public bool CopiesBootLoader => !Has(_noBootLoader);

    public bool ExpandsContent => !Has(_noExpandContent);

    public bool IsSparse => !Has(_noSparse);

    public bool ForcesNtfs => Has(_ntfsForce);

    public UnknownFilesystems UnknownFilesystems => Has(_unknown) ? Enum.Parse<UnknownFilesystems>(Get(_unknown)!, ignoreCase: true) : UnknownFilesystems.Warn;

    /// <summary>Logical volumes that become as large as they can.</summary>
    public IReadOnlyList<string> ExpandedVolumes => _volumes;

    /// <summary>What becomes of the partitions.</summary>
    public ResizeRequest Request => new()
    {
        AlignFirst = Has(_alignFirst) ? Enum.Parse<FirstAlignment>(Get(_alignFirst)!, ignoreCase: true) : FirstAlignment.Auto,
        Alignment = Has(_alignment) ? Number("--alignment", Get(_alignment)!) : 128,
        Expand = _expanded,
        Shrink = _shrunk,
        Sizes = _sizes,
        Ignored = _ignored,
        Deleted = _deleted,
        AddsPartition = !Has(_noExtraPartition),
    };

    protected override void Meet(Option option, string? value)
    {
        if (option == _delete)
        {
            _deleted.Add(value!);
        }
        else if (option == _ignore)
        {
            _ignored.Add(value!);
        }
        else if (option == _expandVolume)
        {
            _volumes.Add(value!);
        }
        else if (option == _resize || option == _resizeForce)
        {
            MeetSize(option.Name, value!, isForced: option == _resizeForce);
        }
        else if (option == _machineReadable)
        {
            MachineReadable.Check(value);
        }
        else if (option == _expand)
        {
            _expanded = Once("--expand", _expanded, value!);
        }
        else if (option == _shrink)
        {
            _shrunk = Once("--shrink", _shrunk, value!);
        }

        base.Meet(option, value);
    }

    protected override void Check()
    {
        base.Check();
        if (Has(_alignment) && Number("--alignment", Get(_alignment)!) is < 1 or > 1 << 20)
        {
            throw new UsageException("alignment cannot be < 1, nor more than 1048576 sectors");
        }

        RequireOneOf(_alignFirst, "--align-first", "never", "always", "auto");
        RequireOneOf(_unknown, "--unknown-filesystems", "ignore", "warn", "error");
        if (_expanded is not null && _shrunk is not null)
        {
            throw new UsageException("you cannot use options --expand and --shrink together");
        }

        if (BlockSize is not (null or 512 or 4096))
        {
            throw new UsageException("--blocksize takes 512 or 4096");
        }

        if (Has(_size) && (SizeChange.TryParse(Get(_size)!) is not { } size || size.Amount == 0))
        {
            throw new UsageException($"--size takes a size such as 20G, or +5G for more than the input has, not '{Get(_size)}'");
        }

        if (IsInPlace)
        {
            CheckInPlace();
        }
        else if (!AsksForFeatures && Operands.Count != 2)
        {
            throw new UsageException("usage is: virt-resize [--options] indisk outdisk") { ShowsSynopsis = true };
        }
    }

    private void CheckInPlace()
    {
        if (Operands.Count != 1)
        {
            throw new UsageException("--in-place and --recover take one image: virt-resize --in-place --size SIZE IMAGE");
        }

        Option[] others = [_alignFirst, _alignment, _noBootLoader, _noExpandContent, _noExtraPartition, _noSparse, _outputFormat, _unknown];
        if (_shrunk is not null || _sizes.Count > 0 || _deleted.Count > 0 || _ignored.Count > 0 || others.Any(Has))
        {
            throw new UsageException(
                "in place an image only grows at its end: with --in-place go --size, --expand, --LV-expand, --format, --blocksize, --ntfsresize-force, --dry-run, --json and --quiet");
        }

        if (IsRecovery && IsJson)
        {
            throw new UsageException("--json tells of a growth, and --recover only finishes one: leave one of them out");
        }
    }

    private static string Once(string option, string? before, string value) =>
        before is not null ? throw new UsageException($"{option} option given more than once")
        : value.Length == 0 ? throw new UsageException($"empty {option} option")
        : value;

    private void MeetSize(string option, string value, bool isForced)
    {
        var equals = value.IndexOf('=');
        if (equals < 1)
        {
            throw new UsageException($"{option}: missing '=' in '{value}', which is PARTITION=SIZE");
        }

        _sizes.Add(SizeChange.TryParse(value[(equals + 1)..]) is { } change
            ? new(value[..equals], change, isForced)
            : throw new UsageException($"{value}: cannot parse resize field: a size is a number and b, K, M, G or %, such as 10G, +1G, -200M, 90%"));
    }

    private void RequireOneOf(Option<string> option, string name, params string[] words)
    {
        if (Has(option) && !words.Contains(Get(option)))
        {
            throw new UsageException($"unknown {name} option: use {string.Join('|', words)}");
        }
    }
}
