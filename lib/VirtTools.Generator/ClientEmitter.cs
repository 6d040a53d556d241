namespace VirtTools.Generator;

/// <summary>The methods of the handle: for each action a synchronous one and, where it may block, an asynchronous one.</summary>
internal static class ClientEmitter
{
    public static string Emit(InterfaceModel model)
    {
        var source = new SourceWriter();
        source.Line("using VirtTools.Wire;");
        source.Line();
        source.Line("namespace VirtTools;");
        source.Line();
        source.Open("public abstract partial class GuestActions");
        foreach (var action in model.Actions)
        {
            if (action.Procedure is not null)
            {
                DaemonClientEmitter.Emit(source, action);
            }
            else
            {
                LibraryClientEmitter.Emit(source, action);
            }
        }

        source.Close();
        return source.ToString();
    }

    /// <summary>Doc comment of one generated method.</summary>
    public static void Doc(SourceWriter source, ActionModel action, bool asynchronous, bool stream = false)
    {
        source.Doc(action.Doc);
        if (action.Deprecated)
        {
            source.Doc($"<remarks>Kept for old programs{(action.DeprecatedBy is null ? "" : $": use <c>{action.DeprecatedBy}</c>")}.</remarks>");
        }

        foreach (var parameter in action.Required)
        {
            source.Doc($"<param name=\"{parameter.Name}\">{(IsFile(parameter) ? FileDoc(parameter, stream) : parameter.Doc)}</param>");
        }

        if (action.OptionalOnes.Count > 0)
        {
            source.Doc("<param name=\"options\">Optional arguments; null for none.</param>");
        }

        if (asynchronous)
        {
            source.Doc("<param name=\"cancellationToken\">Stops the call; a call that cannot be stopped in the appliance ends the appliance.</param>");
        }
    }

    /// <summary>The parameter list of a public method.</summary>
    public static string Parameters(ActionModel action, bool asynchronous, bool stream = false)
    {
        var parts = action.Required.Select(p => $"{ParameterType(p, stream)} {Names.Escape(p.Name)}").ToList();
        if (action.OptionalOnes.Count > 0)
        {
            parts.Add($"{action.OptionsType}? options = null");
        }

        if (asynchronous)
        {
            parts.Add("global::System.Threading.CancellationToken cancellationToken = default");
        }

        return string.Join(", ", parts);
    }

    public static string Arguments(ActionModel action)
    {
        var parts = action.Required.Select(p => Names.Escape(p.Name)).ToList();
        if (action.OptionalOnes.Count > 0)
        {
            parts.Add("options");
        }

        return string.Join(", ", parts);
    }

    public static string TaskOf(ActionModel action) =>
        action.ReturnKind == WireKind.Void
            ? "global::System.Threading.Tasks.Task"
            : $"global::System.Threading.Tasks.Task<{action.ReturnType}>";

    public static string Access(ActionModel action) => action.Internal ? "internal" : "public";

    public static bool IsFile(ParameterModel parameter) => parameter.Kind is WireKind.FileIn or WireKind.FileOut;

    /// <summary>The statement that hands one argument to a call or a trace.</summary>
    public static string Pass(string receiver, ParameterModel parameter)
    {
        var name = Names.Escape(parameter.Name);
        if (parameter.Optional)
        {
            var suffix = parameter.Role == Role.Key ? "Key" : Suffix(parameter);
            return $"{receiver}.Optional{suffix}(\"{parameter.WireName}\", options?.{Names.Upper(parameter.Name)});";
        }

        var method = parameter.Role switch
        {
            Role.Key => "Key",
            Role.GuidText => "GuidText",
            Role.Filename => "Filenames",
            _ => Suffix(parameter),
        };
        return $"{receiver}.{method}(\"{parameter.WireName}\", {name});";
    }

    private static string Suffix(ParameterModel parameter) => parameter.Kind switch
    {
        WireKind.Bool => "Bool",
        WireKind.Int => "Int",
        WireKind.Int64 => "Int64",
        WireKind.StringList => "Strings",
        WireKind.Bytes => "Bytes",
        WireKind.OptionalString => "NullableString",
        WireKind.FileIn => "FileIn",
        WireKind.FileOut => "FileOut",
        _ => "String",
    };

    private static string ParameterType(ParameterModel parameter, bool stream) =>
        !IsFile(parameter) ? parameter.Type : stream ? "global::System.IO.Stream" : "string";

    private static string FileDoc(ParameterModel parameter, bool stream) => (parameter.Kind, stream) switch
    {
        (WireKind.FileIn, true) => $"{parameter.Doc} Read from this stream to its end.",
        (WireKind.FileOut, true) => $"{parameter.Doc} Written to this stream.",
        _ => $"{parameter.Doc} A path on the host.",
    };
}
