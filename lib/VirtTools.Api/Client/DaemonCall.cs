using VirtTools.Wire;

namespace VirtTools;

/// <summary>One call on its way: its arguments as they go over the wire, its files, and its trace.</summary>
internal sealed class DaemonCall : IDisposable
{
    private readonly GuestActions _owner;
    private int _optionalIndex;
    private bool _returned;

    public DaemonCall(GuestActions owner, ActionDescriptor action, CallTrace? trace)
    {
        _owner = owner;
        Action = action;
        Trace = trace;
    }

    public ActionDescriptor Action { get; }

    /// <summary>Null unless somebody listens to trace events.</summary>
    public CallTrace? Trace { get; }

    /// <summary>The encoded arguments; stays empty for actions of the library.</summary>
    public XdrWriter Body { get; } = new();

    public ulong OptionalBits { get; private set; }

    /// <summary>Path on the host of the file argument, when it was given as a path.</summary>
    public string? FilePath { get; private set; }

    /// <summary>The file argument, when it was given as a stream.</summary>
    public Stream? FileStream { get; private set; }

    private bool OnWire => Action.IsDaemonAction;

    public void String(string name, string value)
    {
        Check(name, value);
        Trace?.Argument(name, value);
        if (OnWire)
        {
            Body.WriteString(value);
        }
    }

    public void NullableString(string name, string? value)
    {
        if (value is not null)
        {
            Check(name, value);
        }

        Trace?.Argument(name, value);
        if (OnWire)
        {
            Body.WriteOptionalString(value);
        }
    }

    /// <summary>A passphrase. A key file may hold any bytes, so a NUL is one of them.</summary>
    public void Key(string name, string value)
    {
        CheckPresent(name, value);
        Trace?.Secret();
        if (OnWire)
        {
            Body.WriteSecret(value);
        }
    }

    public void GuidText(string name, string value)
    {
        Check(name, value);
        if (!Guid.TryParseExact(value, "D", out _) && !Guid.TryParseExact(value, "B", out _) && !Guid.TryParseExact(value, "N", out _))
        {
            throw new GuestfsException(Action.Name, "EINVAL", $"{Action.Name}: {name}: not a GUID: {value}");
        }

        String(name, value);
    }

    public void Strings(string name, IReadOnlyList<string> values)
    {
        CheckAll(name, values);
        Trace?.Argument(name, string.Join(' ', values));
        if (OnWire)
        {
            Body.WriteStrings(values);
        }
    }

    public void Filenames(string name, IReadOnlyList<string> values)
    {
        CheckAll(name, values);
        if (values.FirstOrDefault(v => v.Contains('/')) is { } bad)
        {
            throw new GuestfsException(Action.Name, "EINVAL", $"{Action.Name}: {name}: a file name may not contain '/': {bad}");
        }

        Strings(name, values);
    }

    public void Filenames(string name, string value) => Filenames(name, [value]);

    public void Bool(string name, bool value)
    {
        Trace?.Number(name, value ? 1 : 0);
        if (OnWire)
        {
            Body.WriteBool(value);
        }
    }

    public void Int(string name, int value)
    {
        Trace?.Number(name, value);
        if (OnWire)
        {
            Body.WriteInt32(value);
        }
    }

    public void Int64(string name, long value)
    {
        Trace?.Number(name, value);
        if (OnWire)
        {
            Body.WriteInt64(value);
        }
    }

    public void Bytes(string name, ReadOnlyMemory<byte> value)
    {
        Trace?.Argument(name, $"<{value.Length} bytes>");
        if (OnWire)
        {
            Body.WriteBytes(value.Span);
        }
    }

    public void FileIn(string name, string path) => File(name, path);

    public void FileIn(string name, Stream stream) => File(name, stream);

    public void FileOut(string name, string path) => File(name, path);

    public void FileOut(string name, Stream stream) => File(name, stream);

    public void OptionalBool(string name, bool? value)
    {
        if (Set(value is not null))
        {
            Trace?.Number(name, value == true ? 1 : 0, optional: true);
        }

        if (OnWire)
        {
            Body.WriteBool(value ?? false);
        }
    }

    public void OptionalInt(string name, int? value)
    {
        if (Set(value is not null))
        {
            Trace?.Number(name, value ?? 0, optional: true);
        }

        if (OnWire)
        {
            Body.WriteInt32(value ?? 0);
        }
    }

    public void OptionalInt64(string name, long? value)
    {
        if (Set(value is not null))
        {
            Trace?.Number(name, value ?? 0, optional: true);
        }

        if (OnWire)
        {
            Body.WriteInt64(value ?? 0);
        }
    }

    public void OptionalString(string name, string? value)
    {
        if (Set(value is not null))
        {
            Check(name, value!);
            Trace?.Argument(name, value, optional: true);
        }

        if (OnWire)
        {
            Body.WriteString(value ?? "");
        }
    }

    public void OptionalKey(string name, string? value)
    {
        if (Set(value is not null))
        {
            Check(name, value!);
            Trace?.Secret(name);
        }

        if (OnWire)
        {
            Body.WriteSecret(value ?? "");
        }
    }

    public void OptionalStrings(string name, IReadOnlyList<string>? values)
    {
        if (Set(values is not null))
        {
            CheckAll(name, values!);
            Trace?.Argument(name, string.Join(' ', values!), optional: true);
        }

        if (OnWire)
        {
            Body.WriteStrings(values ?? []);
        }
    }

    /// <summary>All arguments are there and an action of the library starts; a call of the daemon is traced when it is sent.</summary>
    public void Started()
    {
        if (Trace is not null)
        {
            _owner.TraceCall(Trace);
        }
    }

    /// <summary>The call succeeded and has no result.</summary>
    public void Returned()
    {
        _returned = true;
        if (Trace is not null)
        {
            _owner.TraceResult(Trace.WithResult("0"));
        }
    }

    /// <summary>The call succeeded.</summary>
    public void Returned(object? result)
    {
        _returned = true;
        if (Trace is not null)
        {
            _owner.TraceResult(Trace.WithResult(CallTrace.Format(result)));
        }
    }

    /// <summary>The exception for the caller when the arguments do not make a message; null for any other failure.</summary>
    public GuestfsException? Refusal(Exception failure) => failure switch
    {
        MessageTooLargeException => new GuestfsException(Action.Name, "EMSGSIZE", $"{Action.Name}: {failure.Message}", failure),

        // A lone surrogate that stands for no byte.
        ArgumentException => new GuestfsException(Action.Name, "EINVAL", $"{Action.Name}: {failure.Message}", failure),
        _ => null,
    };

    public void Dispose()
    {
        Body.Dispose();
        if (!_returned && Trace is not null)
        {
            _returned = true;
            _owner.TraceResult(Trace.WithResult("-1 (error)"));
        }
    }

    private bool Set(bool set)
    {
        if (set)
        {
            OptionalBits |= 1UL << _optionalIndex;
        }

        _optionalIndex++;
        return set;
    }

    private void File(string name, string path)
    {
        Check(name, path);
        Trace?.Argument(name, path);
        FilePath = path;
    }

    private void File(string name, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Trace?.Argument(name, "<stream>");
        FileStream = stream;
    }

    private void CheckAll(string name, IReadOnlyList<string> values)
    {
        if (values is null)
        {
            throw new GuestfsException(Action.Name, "EINVAL", $"{Action.Name}: {name}: parameter cannot be null");
        }

        foreach (var value in values)
        {
            Check(name, value);
        }
    }

    private void CheckPresent(string name, string value)
    {
        if (value is null)
        {
            throw new GuestfsException(Action.Name, "EINVAL", $"{Action.Name}: {name}: parameter cannot be null");
        }
    }

    private void Check(string name, string value)
    {
        CheckPresent(name, value);
        if (value.Contains('\0'))
        {
            throw new GuestfsException(Action.Name, "EINVAL", $"{Action.Name}: {name}: parameter contains a NUL character");
        }
    }
}
