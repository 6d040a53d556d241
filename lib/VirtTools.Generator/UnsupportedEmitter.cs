namespace VirtTools.Generator;

/// <summary>
/// For each subject a base class whose methods refuse, so that a daemon can carry out a part of what is declared. An action that is not overridden
/// answers ENOTSUP, as one of a feature group that the appliance lacks does.
/// </summary>
internal static class UnsupportedEmitter
{
    public static string Emit(IEnumerable<InterfaceModel> interfaces)
    {
        var source = new SourceWriter();
        source.Line("using VirtTools.Declarations;");
        source.Line();
        source.Line("namespace VirtTools.Dispatch;");
        foreach (var model in interfaces.Where(i => i.Actions.Any(a => a.Procedure is not null)))
        {
            source.Line();
            source.Line("/// <summary>Refuses every action of its subject; the daemon overrides those that it carries out.</summary>");
            source.Open($"internal class Unsupported{model.Name.Substring(1)} : {model.Name}");
            foreach (var action in model.Actions)
            {
                var parameters = string.Join(", ", action.Parameters.Select(p => $"{Type(p)} {Names.Escape(p.Name)}"));
                source.Line($"public virtual {action.ReturnType} {action.Method}({parameters}) =>");
                source.Line($"    throw new DaemonException(\"ENOTSUP\", \"this daemon does not carry out {action.WireName}\");");
                source.Line();
            }

            source.Close();
        }

        return source.ToString();
    }

    private static string Type(ParameterModel parameter) =>
        (parameter.Optional || parameter.Kind == WireKind.OptionalString) && !parameter.Type.EndsWith("?", StringComparison.Ordinal)
            ? parameter.Type + "?"
            : parameter.Type;
}
