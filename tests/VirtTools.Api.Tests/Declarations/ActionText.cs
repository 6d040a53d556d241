using System.Text;
using System.Text.Json;
using VirtTools.Api.Tests.Facts;

namespace VirtTools.Api.Tests.Declarations;

/// <summary>An action as text, one line a fact, from a declaration or from the facts, so that a difference can be read.</summary>
internal static class ActionText
{
    public static string Of(ActionDescriptor action)
    {
        var text = new StringBuilder();
        text.AppendLine($"{action.Name} procedure {action.Procedure} since {action.Since}");
        text.AppendLine($"group {action.Group ?? "none"}");
        text.AppendLine($"deprecated {action.IsDeprecated} by {action.DeprecatedBy ?? "none"}");
        text.AppendLine($"progress {action.HasProgress}, cancellable {action.IsCancellable}, config only {action.IsConfigOnly}, blocking {action.IsBlocking}");
        text.AppendLine($"file in {action.HasFileIn}, file out {action.HasFileOut}");
        text.AppendLine($"visibility {Visibility(action)}");
        text.AppendLine($"aliases {string.Join(' ', action.ShellAliases)}");
        text.AppendLine($"returns {Kind(action.Result.Kind)} {action.Result.Role} {action.Result.Struct}");
        var bit = 0;
        foreach (var parameter in action.Parameters)
        {
            text.AppendLine(parameter.IsOptional
                ? $"optional {parameter.Name} {Kind(parameter.Kind)} {parameter.Role} bit {bit++}"
                : $"argument {parameter.Name} {Kind(parameter.Kind)} {parameter.Role}");
        }

        text.AppendLine($"known bits {action.KnownOptionalBits}");
        return text.ToString();
    }

    public static string Of(JsonElement facts)
    {
        var style = facts.GetProperty("style");
        var added = facts.GetProperty("added");
        var deprecated = facts.TryGetProperty("deprecated_by", out var by);
        var result = style.GetProperty("ret");
        var optional = style.GetProperty("optargs").EnumerateArray().ToArray();
        var text = new StringBuilder();
        text.AppendLine(
            $"{facts.Text("name")} procedure {(facts.TryGetProperty("proc_nr", out var number) ? number.GetInt32() : 0)} since "
            + $"{added.GetProperty("maj")}.{added.GetProperty("min")}.{added.GetProperty("rel")}");
        text.AppendLine($"group {facts.Text("optional") ?? "none"}");
        text.AppendLine($"deprecated {deprecated} by {(deprecated ? by.Text("replaced_by") : null) ?? "none"}");
        text.AppendLine(
            $"progress {facts.Flag("progress")}, cancellable {facts.Flag("cancellable")}, config only {facts.Flag("config_only")}, blocking {facts.Flag("blocking")}");
        text.AppendLine($"file in {facts.Flag("file_in")}, file out {facts.Flag("file_out")}");
        text.AppendLine($"visibility {facts.Text("visibility")}");
        text.AppendLine($"aliases {string.Join(' ', facts.Items("fish_aliases_all").Select(a => a.GetString()))}");
        text.AppendLine($"returns {ResultKind(result.Text("type")!)} {ResultRole(result.Text("extra"))} {result.Text("struct")}");
        foreach (var argument in style.GetProperty("args").EnumerateArray())
        {
            text.AppendLine($"argument {argument.Text("name")} {ArgumentKind(argument)} {ArgumentRole(argument.Text("extra"))}");
        }

        foreach (var argument in optional)
        {
            text.AppendLine(
                $"optional {argument.Text("name")} {argument.Text("type")![1..]} {OptionalRole(facts.Text("name")!, argument.Text("name")!)} bit {argument.GetProperty("bit")}");
        }

        text.AppendLine($"known bits {(1UL << optional.Length) - 1}");
        return text.ToString();
    }

    private static string Visibility(ActionDescriptor action) => action switch
    {
        { IsInternal: true } => "VInternal",
        { IsDebug: true } => "VDebug",
        { IsStateTest: true } => "VStateTest",
        { IsHiddenFromShell: true } => "VPublicNoFish",
        _ => "VPublic",
    };

    private static string Kind(WireKind kind) => kind switch
    {
        WireKind.OptionalString => "OptString",
        WireKind.Bytes => "Buffer",
        _ => kind.ToString(),
    };

    private static string ArgumentKind(JsonElement argument) => (argument.Text("type"), argument.Text("extra")) switch
    {
        (_, "FileIn" or "FileOut") => argument.Text("extra")!,
        ("BufferIn", _) => "Buffer",
        ("Pointer", _) => "Int64",
        var (type, _) => type!,
    };

    private static string ArgumentRole(string? extra) => extra switch
    {
        null or "PlainString" or "FileIn" or "FileOut" => "Plain",
        "Dev_or_Path" => "DeviceOrPath",
        "Mountable_or_Path" => "MountableOrPath",
        "GUID" => "GuidText",
        "virDomainPtr" => "Plain",
        _ => extra,
    };

    // The facts know no passphrases among optional arguments; add_drive has one, which must not be traced.
    private static string OptionalRole(string action, string argument) => (action, argument) is ("add_drive", "secret") ? "Key" : "Plain";

    private static string ResultKind(string type) => type switch
    {
        "RErr" => "Void",
        "RConstString" => "String",
        "RConstOptString" => "OptString",
        "RBufferOut" => "Buffer",
        "RHashtable" => "Dictionary",
        _ => type[1..],
    };

    private static string ResultRole(string? extra) => extra switch
    {
        "RDevice" => "Device",
        "RMountable" => "Mountable",
        _ => "Plain",
    };
}
