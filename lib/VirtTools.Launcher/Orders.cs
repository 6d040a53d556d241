namespace VirtTools.Launcher;

/// <summary>What the launcher is told to do: options, then <c>--</c>, then the program and its arguments.</summary>
internal sealed record Orders
{
    /// <summary><c>--parent PID</c>: the process whose death ends the program.</summary>
    public int? Parent { get; private init; }

    /// <summary><c>--descriptors N</c>: the highest descriptor that the program inherits.</summary>
    public int? LastDescriptor { get; private init; }

    /// <summary><c>--user UID:GID</c>: who the program runs as.</summary>
    public (uint User, uint Group)? Identity { get; private init; }

    /// <summary><c>--drop-capabilities</c>: the user stays, its powers as root go.</summary>
    public bool DropCapabilities { get; private init; }

    /// <summary><c>--read PATH</c>: may be read and executed, with all beneath it.</summary>
    public IReadOnlyList<string> Readable { get; private init; } = [];

    /// <summary><c>--read-descriptor N</c>: the file behind an inherited descriptor may be read (opened again by its /proc/self/fd name).</summary>
    public IReadOnlyList<int> ReadableDescriptors { get; private init; } = [];

    /// <summary><c>--write PATH</c>: a file or device that may be read and written.</summary>
    public IReadOnlyList<string> Writable { get; private init; } = [];

    /// <summary><c>--fence</c>: what is not named above is out of reach, where the kernel has Landlock.</summary>
    public bool Fence { get; private init; }

    /// <summary><c>--network</c>: with <c>--fence</c>, TCP stays possible.</summary>
    public bool Network { get; private init; }

    /// <summary><c>--open-filter N</c>: over this socket the one who ordered the launch gets to answer the program's first open for reading and writing.</summary>
    public int? OpenFilterSocket { get; private init; }

    /// <summary>The program's path and its argument vector after it.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <exception cref="ArgumentException">An option that does not exist or lacks its value, or no program.</exception>
    public static Orders Parse(IReadOnlyList<string> arguments)
    {
        var orders = new Orders { Program = [] };
        List<string> readable = [];
        List<string> writable = [];
        List<int> descriptors = [];
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--":
                    return orders with
                    {
                        Readable = readable,
                        Writable = writable,
                        ReadableDescriptors = descriptors,
                        Program = i + 1 < arguments.Count
                            ? [.. arguments.Skip(i + 1)]
                            : throw new ArgumentException("no program after --"),
                    };
                case "--parent":
                    orders = orders with { Parent = (int)Number(Value(ref i)) };
                    break;
                case "--descriptors":
                    orders = orders with { LastDescriptor = (int)Number(Value(ref i)) };
                    break;
                case "--user":
                    var identity = Value(ref i).Split(':');
                    orders = identity.Length == 2
                        ? orders with { Identity = (Number(identity[0]), Number(identity[1])) }
                        : throw new ArgumentException("--user wants UID:GID");
                    break;
                case "--drop-capabilities":
                    orders = orders with { DropCapabilities = true };
                    break;
                case "--fence":
                    orders = orders with { Fence = true };
                    break;
                case "--open-filter":
                    orders = orders with { OpenFilterSocket = (int)Number(Value(ref i)) };
                    break;
                case "--network":
                    orders = orders with { Network = true };
                    break;
                case "--read":
                    readable.Add(Value(ref i));
                    break;
                case "--read-descriptor":
                    descriptors.Add((int)Number(Value(ref i)));
                    break;
                case "--write":
                    writable.Add(Value(ref i));
                    break;
                case var unknown:
                    throw new ArgumentException($"{unknown}: no such option");
            }
        }

        throw new ArgumentException("usage: virttools-launch [OPTION...] -- PROGRAM [ARGUMENT...]");

        string Value(ref int index) =>
            ++index < arguments.Count ? arguments[index] : throw new ArgumentException($"{arguments[^1]}: wants a value");

        static uint Number(string text) =>
            uint.TryParse(text, out var number) ? number : throw new ArgumentException($"{text}: not a number");
    }
}
