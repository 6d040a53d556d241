namespace VirtTools;

/// <summary>What is known of one action, made by the generator from its declaration.</summary>
/// <param name="Name">Name in the manual.</param>
/// <param name="Procedure">Procedure number on the wire; 0 for an action of the library.</param>
internal sealed record ActionDescriptor(string Name, int Procedure)
{
    /// <summary>Name of the C# method.</summary>
    public required string MethodName { get; init; }

    /// <summary>Version of the original in which the action appeared.</summary>
    public string Since { get; init; } = "";

    /// <summary>Feature group, null for an action that is always there.</summary>
    public string? Group { get; init; }

    public bool IsDeprecated { get; init; }

    public string? DeprecatedBy { get; init; }

    public bool HasProgress { get; init; }

    public bool IsCancellable { get; init; }

    public bool IsConfigOnly { get; init; }

    public bool IsInternal { get; init; }

    /// <summary>For looking into the library or the daemon; not held to the rules of the API.</summary>
    public bool IsDebug { get; init; }

    /// <summary>Only asks for the handle's state.</summary>
    public bool IsStateTest { get; init; }

    /// <summary>The shell has a command of its own with that name.</summary>
    public bool IsHiddenFromShell { get; init; }

    public bool IsBlocking { get; init; }

    public bool HasFileIn { get; init; }

    public bool HasFileOut { get; init; }

    /// <summary>Names under which the shell knows the action besides its own.</summary>
    public IReadOnlyList<string> ShellAliases { get; init; } = [];

    public ActionResult Result { get; init; }

    /// <summary>Required arguments, then optional ones in the order of their bits.</summary>
    public IReadOnlyList<ActionParameter> Parameters { get; init; } = [];

    /// <summary>How many optional arguments there are.</summary>
    public int OptionalCount { get; init; }

    public bool IsDaemonAction => Procedure != 0;

    /// <summary>The bits that a call of this action may set.</summary>
    public ulong KnownOptionalBits => OptionalCount == 64 ? ulong.MaxValue : (1UL << OptionalCount) - 1;
}
