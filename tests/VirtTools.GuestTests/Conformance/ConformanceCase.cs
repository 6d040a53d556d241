using System.Text.Json;
using System.Text.Json.Serialization;

namespace VirtTools.GuestTests.Conformance;

/// <summary>A case of tests/facts/conformance.json: calls, and what the last of them must give.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Init">The state of the disks that it starts from.</param>
/// <param name="Kind">What is expected, in the words of the facts.</param>
/// <param name="Check">The expectation; null for some kinds.</param>
/// <param name="Commands">The calls.</param>
/// <param name="Cleanup">Calls after it, each with its arguments; they may fail.</param>
/// <param name="Prerequisite">Whether it is disabled.</param>
/// <param name="Text">The same as shell commands; used for the calls that prepare the disks.</param>
internal sealed record ConformanceCase(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("init")] string Init,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("check")] JsonElement? Check,
    [property: JsonPropertyName("cmds")] IReadOnlyList<ConformanceCommand> Commands,
    [property: JsonPropertyName("cleanup")] IReadOnlyList<IReadOnlyList<string>>? Cleanup,
    [property: JsonPropertyName("prereq")] ConformancePrerequisite Prerequisite,
    [property: JsonPropertyName("fish")] ConformanceText Text)
{
    /// <summary>Every case of the facts, in their order.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
        JsonSerializer.Deserialize<ConformanceCase[]>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "facts", "conformance.json")))!;

    /// <summary>The names of all actions that it calls, without those that prepare the disks.</summary>
    public IEnumerable<string> Actions => Commands.Select(command => command.Name);

    /// <summary>The names of the actions that prepare the disks.</summary>
    public IEnumerable<string> InitActions => Text.Init.Select(line => line.Split(' ')[0].Replace('-', '_'));
}

/// <summary>One call.</summary>
internal sealed record ConformanceCommand(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("args")] IReadOnlyList<ConformanceArgument> Required,
    [property: JsonPropertyName("optargs")] IReadOnlyList<ConformanceArgument> Optional);

/// <summary>An argument of a call.</summary>
internal sealed record ConformanceArgument(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("extra")] string? Role,
    [property: JsonPropertyName("value")] JsonElement Value);

/// <summary>When a case runs: Always, Disabled, IfAvailable with a feature group, IfNotCrossAppliance (the guest's processor is the host's).</summary>
internal sealed record ConformancePrerequisite([property: JsonPropertyName("type")] string Type);

/// <summary>The calls that prepare the disks, as shell commands.</summary>
internal sealed record ConformanceText([property: JsonPropertyName("init")] IReadOnlyList<string> Init);
