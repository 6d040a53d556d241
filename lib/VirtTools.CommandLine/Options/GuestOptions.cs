using System.CommandLine;
using System.Globalization;
using VirtTools.CommandLine.Completion;
using VirtTools.CommandLine.Keys;

namespace VirtTools.CommandLine.Options;

/// <summary>Which of the options of commands on guests a command has.</summary>
internal enum GuestOptionSet
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Not those that name images: its operands do.</summary>
    WithoutImages,
}

/// <summary>
/// The options that every command on a guest has. <c>--format</c> and <c>--blocksize</c> hold for the <c>-a</c> behind them.
/// </summary>
internal abstract class GuestOptions : CommandOptions
{
    private readonly Option<string>? _add;
    private readonly Option<string?>? _blockSizes;
    private readonly Option<string>? _connect;
    private readonly Option<string>? _domains;
    private readonly Option<string?>? _formats;
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

    protected GuestOptions(GuestOptionSet set = GuestOptionSet.All)
    {
        if (set == GuestOptionSet.All)
        {
            _add = Value<string>(OptionOrigin.Original, "--add", "-a");
            _blockSizes = OptionalValue(OptionOrigin.Original, "--blocksize");
            _connect = Value<string>(OptionOrigin.Original, "--connect", "-c");
            _domains = Value<string>(OptionOrigin.Original, "--domain", "-d");
            _formats = OptionalValue(OptionOrigin.Original, "--format");
            Suggest(_add, Suggestion.Files);
            Suggest(_blockSizes, Suggestion.OneOf("512", "4096"));
            Suggest(_connect, Suggestion.OneOf("qemu:///system", "qemu:///session", "test:///default"));
            Suggest(_domains, Suggestion.GuestNames);
            Suggest(_formats, Suggestion.ImageFormats);
        }

        _verbose = Flag(OptionOrigin.Original, "--verbose", "-v");
        _trace = Flag(OptionOrigin.Original, "-x");
        _timeout = Value<double>(OptionOrigin.Ours, "--timeout");
        _raw = Flag(OptionOrigin.Ours, "--raw");
    }

    /// <summary>The images and libvirt guests in the order of the command line.</summary>
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

    /// <summary>Which libvirt is asked; null for the one that libvirt chooses.</summary>
    public string? LibvirtUri => _connect is not null && Has(_connect) ? Get(_connect) : null;


    protected override void Meet(Option option, string? value)
    {
        if (option == _add)
        {
            _drives.Add(ImageAddress.ToChoice(value!, _format, _blockSize));
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
            _drives.Add(new DomainChoice(value!));
        }
    }

    protected override void Check()
    {
        if (_unusedDriveOption is not null)
        {
            throw new UsageException($"{_unusedDriveOption} holds for the -a behind it, and none follows");
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

    /// <summary>Takes operands for images, or else for names of libvirt guests, as versions before <c>-a</c> and <c>-d</c> did.</summary>
    /// <param name="kept">How many operands at the end are something else.</param>
    /// <exception cref="UsageException">There is no such image, and it can be no name of a guest.</exception>
    protected void TakeDrivesFromOperands(int kept)
    {
        foreach (var operand in Operands.SkipLast(kept))
        {
            if (ImageAddress.Exists(operand))
            {
                _drives.Add(new ImageChoice(operand));
            }
            else if (operand.Contains('/'))
            {
                throw new UsageException($"{operand}: no such file");
            }
            else
            {
                _drives.Add(new DomainChoice(operand));
            }
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
