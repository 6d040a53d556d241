namespace VirtTools.Generator;

/// <summary>The table of all actions with what is known of each.</summary>
internal static class TableEmitter
{
    public static string Emit(IReadOnlyList<ActionModel> actions)
    {
        var source = new SourceWriter();
        source.Line("namespace VirtTools;");
        source.Line();
        source.Line("/// <summary>The actions, each by the name of its method.</summary>");
        source.Open("internal static class ActionDescriptors");
        foreach (var action in actions)
        {
            source.Line($"public static readonly ActionDescriptor {action.Method} = new(\"{action.WireName}\", {action.Procedure ?? 0}) {{ {Properties(action)} }};");
        }

        source.Close();
        source.Line();
        source.Open("internal static partial class ActionTable");
        source.Line("/// <summary>Every action, by subject and in the order of declaration.</summary>");
        source.Open("public static global::System.Collections.Generic.IReadOnlyList<ActionDescriptor> All { get; } = new ActionDescriptor[]");
        foreach (var action in actions)
        {
            source.Line($"ActionDescriptors.{action.Method},");
        }

        source.Close("};");
        source.Close();
        return source.ToString();
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
        AddFlag(action.Debug, "IsDebug");
        AddFlag(action.StateTest, "IsStateTest");
        AddFlag(action.NotInShell, "IsHiddenFromShell");
        AddFlag(action.Blocking, "IsBlocking");
        AddFlag(action.FileParameter?.Kind == WireKind.FileIn, "HasFileIn");
        AddFlag(action.FileParameter?.Kind == WireKind.FileOut, "HasFileOut");
        if (action.Aliases.Count > 0)
        {
            parts.Add($"ShellAliases = new[] {{ {string.Join(", ", action.Aliases.Select(a => $"\"{a}\""))} }}");
        }

        if (action.ReturnKind != WireKind.Void)
        {
            parts.Add($"Result = new(WireKind.{action.ReturnKind}, ValueRole.{action.ReturnRole}, {(action.ReturnStruct is null ? "null" : $"\"{action.ReturnStructName}\"")})");
        }

        if (action.Parameters.Count > 0)
        {
            parts.Add($"Parameters = new ActionParameter[] {{ {string.Join(", ", action.Parameters.Select(Describe))} }}");
        }

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
        $"new(\"{parameter.WireName}\", WireKind.{parameter.Kind}, ValueRole.{parameter.Role}, {(parameter.Optional ? "true" : "false")})";
}
