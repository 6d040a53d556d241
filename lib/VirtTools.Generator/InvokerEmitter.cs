namespace VirtTools.Generator;

/// <summary>Calls an action by its name in the manual, as a shell does.</summary>
internal static class InvokerEmitter
{
    public static string Emit(IReadOnlyList<ActionModel> actions)
    {
        var source = new SourceWriter();
        source.Line("namespace VirtTools;");
        source.Line();
        source.Open("internal static class ActionInvoker");
        source.Line("/// <summary>Calls the action; its result, or null where it has none.</summary>");
        source.Open("public static object? Invoke(GuestActions handle, string action, ActionArguments arguments)");
        source.Open("switch (action)");
        foreach (var action in actions)
        {
            var call = $"handle.{action.Method}({string.Join(", ", Arguments(action))})";
            source.Line(action.ReturnKind == WireKind.Void
                ? $"case \"{action.WireName}\": {call}; return null;"
                : $"case \"{action.WireName}\": return {call};");
        }

        source.Line("default: throw new global::System.ArgumentException($\"no such action: {action}\", nameof(action));");
        source.Close();
        source.Close();
        source.Close();
        return source.ToString();
    }

    private static IEnumerable<string> Arguments(ActionModel action)
    {
        var index = 0;
        foreach (var parameter in action.Required)
        {
            yield return $"arguments.{Getter(parameter)}({index++})";
        }

        if (action.OptionalOnes.Count > 0)
        {
            var properties = action.OptionalOnes.Select(p => $"{Names.Upper(p.Name)} = arguments.Optional{Getter(p)}(\"{p.WireName}\")");
            yield return $"new {action.OptionsType} {{ {string.Join(", ", properties)} }}";
        }
    }

    private static string Getter(ParameterModel parameter) => parameter.Kind switch
    {
        WireKind.Bool => "Bool",
        WireKind.Int => "Int",
        WireKind.Int64 => "Int64",
        WireKind.StringList => "Strings",
        WireKind.Bytes => "Bytes",
        WireKind.OptionalString => "NullableString",
        _ => "String",
    };
}
