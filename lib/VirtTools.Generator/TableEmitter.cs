namespace VirtTools.Generator;

/// <summary>The table of all actions with what is known of each.</summary>
internal static class TableEmitter
{
    public static string Emit(IReadOnlyList<ActionModel> actions)
    {
        var source = new SourceWriter();
        source.Line("namespace VirtTools;");
        source.Line();
        source.Open("internal static partial class ActionTable");
        foreach (var action in actions)
        {
            source.Line($"public static readonly ActionDescriptor {action.Method} = new(\"{action.WireName}\", {action.Procedure ?? 0}) {{ {Properties(action)} }};");
        }

        source.Line();
        source.Line("/// <summary>Every action, by subject and in the order of declaration.</summary>");
        source.Open("public static ActionDescriptor[] All =>");
        source.Line(string.Join(",\n        ", actions.Select(a => a.Method)));
        source.Close("};");
        source.Close();
        return source.ToString().Replace("All =>\n    {", "All => new ActionDescriptor[]\n    {");
    }

    private static string Properties(ActionModel action)
    {
        var parts = new List<string> { $"MethodName = \"{action.Method}\"" };
        if (action.Since.Length > 0)
        {
            parts.Add($"Since = \"{action.Since}\"");
        }

        if (action.Group is not null)
        {
            parts.Add($"Group = \"{action.Group}\"");
        }

        if (action.Deprecated)
        {
            parts.Add($"IsDeprecated = true, DeprecatedBy = {(action.DeprecatedBy is null ? "null" : $"\"{action.DeprecatedBy}\"")}");
        }

        AddFlag(action.Progress, "HasProgress");
        AddFlag(action.Cancellable, "IsCancellable");
        AddFlag(action.ConfigOnly, "IsConfigOnly");
        AddFlag(action.Internal, "IsInternal");
        AddFlag(action.Blocking, "IsBlocking");
        AddFlag(action.FileParameter?.Kind == WireKind.FileIn, "HasFileIn");
        AddFlag(action.FileParameter?.Kind == WireKind.FileOut, "HasFileOut");
        if (action.Aliases.Length > 0)
        {
            parts.Add($"ShellAliases = \"{action.Aliases}\"");
        }

        parts.Add($"Result = \"{action.ReturnKind}{(action.ReturnRole == Role.Plain ? "" : ":" + action.ReturnRole)}{(action.ReturnStruct is null ? "" : ":" + action.ReturnStruct)}\"");
        parts.Add($"Parameters = \"{string.Join(" ", action.Parameters.Select(Describe))}\"");
        if (action.OptionalOnes.Count > 0)
        {
            parts.Add($"OptionalCount = {action.OptionalOnes.Count}");
        }

        return string.Join(", ", parts);

        void AddFlag(bool set, string name)
        {
            if (set)
            {
                parts.Add($"{name} = true");
            }
        }
    }

    private static string Describe(ParameterModel parameter) =>
        $"{(parameter.Optional ? "?" : "")}{parameter.WireName}:{parameter.Kind}{(parameter.Role == Role.Plain ? "" : ":" + parameter.Role)}";
}
