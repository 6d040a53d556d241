using System.CommandLine;

namespace VirtTools.CommandLine.Options;

/// <summary>Whether an option takes an argument, as getopt_long(3) knows it.</summary>
internal enum ArgumentUse
{
    None,
    Required,

    /// <summary>Only behind an equals sign: <c>--format=raw</c>.</summary>
    Optional,
}

/// <summary>Where an option comes from.</summary>
internal enum OptionOrigin
{
    /// <summary>The original program has it.</summary>
    Original,

    /// <summary>Ours alone: never the meaning of a prefix that the original understands, so that old scripts keep working.</summary>
    Ours,
}

/// <summary>One option as getopt_long(3) sees it.</summary>
/// <param name="Option">Who gets the value.</param>
/// <param name="LongNames">Names without the dashes, in the order in which prefixes are tried.</param>
/// <param name="Letter">The short option; null if there is none.</param>
/// <param name="Argument">Whether it takes an argument.</param>
/// <param name="Origin">Whether the original program has it.</param>
internal sealed record OptionRow(Option Option, IReadOnlyList<string> LongNames, char? Letter, ArgumentUse Argument, OptionOrigin Origin);

/// <summary>An option that was met on the command line, or an operand where <see cref="Row"/> is null.</summary>
/// <param name="Row">The option.</param>
/// <param name="Value">Its argument, or the operand; null for an option without argument.</param>
internal readonly record struct CommandWord(OptionRow? Row, string? Value);
