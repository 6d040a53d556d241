using VirtTools.Posix;

namespace VirtTools.CommandLine.Keys;

/// <summary>Asks a person for the key of a device.</summary>
/// <param name="question">What the terminal shows.</param>
/// <returns>What was typed; null for nothing.</returns>
internal delegate SecretBytes? AskForKey(string question, CancellationToken cancellationToken);

/// <summary>The keys that a command has, for as long as it opens devices. Several guests may use it at the same time.</summary>
internal sealed class KeyRing : IDisposable
{
    private const int MostQuestions = 3;

    private readonly KeyRequest _request;
    private readonly StandardInputKeys? _lines;
    private readonly AskForKey? _ask;
    private readonly Dictionary<KeyChoice, IReadOnlyList<SecretBytes>> _read = [];
    private readonly Lock _gate = new();
    private int _turn;

    /// <param name="request">What the command line says.</param>
    /// <param name="lines">Keys on standard input; null for none.</param>
    /// <param name="ask">Asks a person; null where there is nobody.</param>
    public KeyRing(KeyRequest request, StandardInputKeys? lines, AskForKey? ask)
    {
        _request = request;
        _lines = lines;
        _ask = ask;
        if (request.IsGiven)
        {
            CoreDumps.Forbid();
        }
    }

    /// <summary>Whether there are keys without asking anybody.</summary>
    public bool IsGiven => _request.IsGiven;

    /// <summary>
    /// The keys to try on a device, one after the other: those that name it, those for all, then standard input, where the next line is meant for this
    /// device and the others may be; or else what a person types.
    /// </summary>
    /// <exception cref="Running.CommandFailedException">A key file cannot be read.</exception>
    public IEnumerable<DeviceKey> For(EncryptedDevice device, string guestName, CancellationToken cancellationToken)
    {
        var matching = _request.Choices.Where(choice => choice.Id != KeyChoice.AllDevices && device.IsCalled(choice.Id))
            .Concat(_request.Choices.Where(choice => choice.Id == KeyChoice.AllDevices));
        foreach (var choice in matching)
        {
            foreach (var key in Read(choice))
            {
                yield return new(new(key.Span), choice.Name);
            }
        }

        if (_lines is not null)
        {
            foreach (var key in OfStandardInput(_lines))
            {
                yield return key;
            }
        }

        for (var asked = 0; _ask is not null && asked < MostQuestions; asked++)
        {
            var again = asked > 0 ? "that is not its key; " : "";
            using var typed = Ask($"{again}{guestName}: key or passphrase of {device.Name} ({device.Kind}): ", cancellationToken);
            if (typed is null)
            {
                yield break;
            }

            yield return new(new(typed.Span), "the key that was typed");
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var key in _read.Values.SelectMany(keys => keys))
            {
                key.Dispose();
            }

            _read.Clear();
            _lines?.Dispose();
        }
    }

    // A pipe can be read only once, and several devices may want what it held.
    private IReadOnlyList<SecretBytes> Read(KeyChoice choice)
    {
        lock (_gate)
        {
            if (!_read.TryGetValue(choice, out var keys))
            {
                keys = choice.Read();
                _read.Add(choice, keys);
            }

            return keys;
        }
    }

    private IEnumerable<DeviceKey> OfStandardInput(StandardInputKeys lines)
    {
        var own = Interlocked.Increment(ref _turn) - 1;
        if (Line(own) is { } key)
        {
            yield return Named(key, own);
        }

        for (var other = 0; Line(other) is { } line; other++)
        {
            if (other != own)
            {
                yield return Named(line, other);
            }
        }

        SecretText? Line(int number)
        {
            lock (_gate)
            {
                return lines.Line(number) is { } line ? new(line.Span) : null;
            }
        }

        static DeviceKey Named(SecretText key, int number) => new(key, $"line {number + 1} of standard input");
    }

    // One question at a time, whichever guest asks.
    private SecretBytes? Ask(string question, CancellationToken cancellationToken)
    {
        CoreDumps.Forbid();
        lock (_gate)
        {
            return _ask!(question, cancellationToken);
        }
    }
}
