using System.CommandLine;
using System.Globalization;
using VirtTools.CommandLine.Completion;
using VirtTools.CommandLine.Keys;

namespace VirtTools.CommandLine.Options;

/// <summary>
/// The options that every command on a guest has. <c>--format</c> and <c>--blocksize</c> hold for the <c>-a</c> behind them.
/// </summary>
internal abstract class GuestOptions : CommandOptions
{
    private readonly Option<string> _add;
    private readonly Option<string?> _blockSizes;
    private readonly Option<string> _domains;
    private readonly Option<string?> _formats;
    private readonly Option<bool> _verbose;
    private readonly Option<bool> _trace;
    private readonly Option<double> _timeout;
    private readonly Option<bool> _raw;
    private readonly List<DriveChoice> _drives = [];
    private readonly List<KeyChoice> _keyChoices = [];
    private Option<string>? _key;
    private Option<bool>? _keysFromStdin;
    private Option<bool>? _echoKeys;
    private string? _format;
    private int? _blockSize;
    private string? _unusedDriveOption;
    private string? _domain;

    protected GuestOptions()
    {
        _add = Value<string>(OptionOrigin.Original, "--add", "-a");
        _blockSizes = OptionalValue(OptionOrigin.Original, "--blocksize");
        Suggest(Value<string>(OptionOrigin.Original, "--connect", "-c"), Suggestion.OneOf("qemu:///system", "qemu:///session", "test:///default"));
        _domains = Value<string>(OptionOrigin.Original, "--domain", "-d");
        _formats = OptionalValue(OptionOrigin.Original, "--format");
        _verbose = Flag(OptionOrigin.Original, "--verbose", "-v");
        _trace = Flag(OptionOrigin.Original, "-x");
        _timeout = Value<double>(OptionOrigin.Ours, "--timeout");
        _raw = Flag(OptionOrigin.Ours, "--raw");
        Suggest(_add, Suggestion.Files);
        Suggest(_domains, Suggestion.GuestNames);
        Suggest(_blockSizes, Suggestion.OneOf("512", "4096"));
        Suggest(_formats, Suggestion.OneOf("raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vhdx", "vpc", "parallels", "bochs", "cloop", "dmg"));
    }

    /// <summary>The images in the order of the command line.</summary>
    public IReadOnlyList<DriveChoice> Drives => _drives;

    /// <summary>Whether <c>-v</c> asks for debugging messages.</summary>
    public bool IsVerbose => Has(_verbose);

    /// <summary>Whether <c>-x</c> asks for a trace of the calls.</summary>
    public bool IsTracing => Has(_trace);

    /// <summary>How long a guest may take; null for as long as it takes.</summary>
    public TimeSpan? Timeout => Has(_timeout) ? TimeSpan.FromSeconds(Get(_timeout)) : null;

    /// <summary>Whether control bytes go to the terminal as they are.</summary>
    public bool IsRaw => Has(_raw);

    /// <summary>The keys of encrypted devices.</summary>
    public KeyRequest Keys => new(
        _keyChoices,
        _keysFromStdin is not null && Has(_keysFromStdin),
        _echoKeys is not null && Has(_echoKeys) ? TerminalEcho.Shown : TerminalEcho.Hidden);

    /// <summary>Names of the libvirt guests, for completion by shells. There are none as long as libvirt is not asked.</summary>
    public virtual Task<IReadOnlyList<string>> ListGuestNamesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Whether <c>-d</c> names a guest.</summary>
    protected bool HasDomain => _domain is not null;

    protected override void Meet(Option option, string? value)
    {
        if (option == _add)
        {
            _drives.Add(new(ImageAddress.ToPath(value!), _format, _blockSize));
            _unusedDriveOption = null;
        }
        else if (option == _formats)
        {
            _format = string.IsNullOrEmpty(value) ? null : value;
            _unusedDriveOption = "--format";
        }
        else if (option == _blockSizes)
        {
            _blockSize = string.IsNullOrEmpty(value) ? null : Number("--blocksize", value);
            _unusedDriveOption = "--blocksize";
        }
        else if (option == _key)
        {
            _keyChoices.Add(KeyChoice.Parse(value!));
        }
        else if (option == _domains)
        {
            _domain ??= value;
        }
    }

    protected override void Check()
    {
        if (_unusedDriveOption is not null)
        {
            throw new UsageException($"{_unusedDriveOption} holds for the -a behind it, and none follows");
        }

        if (_domain is not null)
        {
            throw new UsageException($"-d {_domain}: libvirt guests are not in this version; name their images with -a");
        }

        if (Has(_timeout) && Get(_timeout) is not (> 0 and < 1e6))
        {
            throw new UsageException("--timeout takes a number of seconds above 0");
        }
    }

    /// <summary>Declares the options for keys; at its place in the order of the original, where the original has them.</summary>
    protected void DeclareKeys(OptionOrigin origin)
    {
        _echoKeys = Flag(origin, "--echo-keys");
        _key = Value<string>(origin, "--key");
        _keysFromStdin = Flag(origin, "--keys-from-stdin");
    }

    /// <summary>Takes operands for images, as versions before <c>-a</c> did.</summary>
    /// <param name="kept">How many operands at the end are something else.</param>
    /// <exception cref="UsageException">There is no such image.</exception>
    protected void TakeDrivesFromOperands(int kept)
    {
        foreach (var operand in Operands.SkipLast(kept))
        {
            if (!ImageAddress.Exists(operand))
            {
                throw new UsageException(operand.Contains('/')
                    ? $"{operand}: no such file"
                    : $"{operand}: no such file, and names of libvirt guests are not understood in this version; name an image with -a");
            }

            _drives.Add(new(operand));
        }

        Operands = [.. Operands.TakeLast(kept)];
    }

    /// <summary>A decimal number.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    protected static int Number(string option, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"{option} takes a number, not '{text}'");
}
