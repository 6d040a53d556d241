namespace VirtTools.Generator;

/// <summary>One record of optional arguments for each action that has any.</summary>
internal static class OptionsEmitter
{
    public static string Emit(InterfaceModel model)
    {
        var source = new SourceWriter();
        source.Line("namespace VirtTools;");
        foreach (var action in model.Actions.Where(a => a.OptionalOnes.Count > 0))
        {
            source.Line();
            source.Line($"/// <summary>Optional arguments of <c>{action.WireName}</c>; a property that is null is not sent.</summary>");
            source.Open($"{(action.Internal ? "internal" : "public")} sealed record {action.OptionsType}");
            foreach (var parameter in action.OptionalOnes)
            {
                source.Doc($"<summary>{parameter.Doc}</summary>");
                source.Line($"public {Nullable(parameter)} {Names.Upper(parameter.Name)} {{ get; init; }}");
            }

            if (action.OptionalOnes.Any(p => p.Role == Role.Key))
            {
                source.Line("/// <summary>The type's name alone: a record would print its passphrase.</summary>");
                source.Line($"public override string ToString() => nameof({action.OptionsType});");
            }

            source.Close();
        }

        return source.ToString();
    }

    private static string Nullable(ParameterModel parameter) => parameter.Type.EndsWith("?") ? parameter.Type : parameter.Type + "?";
}
