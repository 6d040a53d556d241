namespace VirtTools.Generator;

/// <summary>The daemon's side: from a procedure number to the method that carries it out, with the checks that the protocol asks for.</summary>
internal static class DispatchEmitter
{
    public static string Emit(IReadOnlyList<InterfaceModel> interfaces)
    {
        var withDaemon = interfaces.Where(i => i.Actions.Any(a => a.Procedure is not null)).ToArray();
        var actions = withDaemon.SelectMany(i => i.Actions).Where(a => a.Procedure is not null).OrderBy(a => a.Procedure).ToArray();
        var source = new SourceWriter();
        source.Line("using VirtTools.Declarations;");
        source.Line("using VirtTools.Wire;");
        source.Line();
        source.Line("namespace VirtTools.Dispatch;");
        source.Line();
        source.Open("internal abstract partial class ActionDispatcher");
        foreach (var model in withDaemon)
        {
            source.Line($"protected virtual {model.Name} {Property(model.Name)} => field ??= new Unsupported{Property(model.Name)}();");
            source.Line();
        }

        source.Line("/// <summary>Carries out one call; false where the procedure number is unknown.</summary>");
        source.Open("public bool Dispatch(uint procedure, DaemonRequest request)");
        source.Open("switch (procedure)");
        foreach (var action in actions)
        {
            source.Line($"case {action.Procedure}: {action.Method}(request); return true;");
        }

        source.Line("default: return false;");
        source.Close();
        source.Close();
        foreach (var action in actions)
        {
            source.Line();
            EmitAction(source, action);
        }

        source.Close();
        return source.ToString();
    }

    private static string Property(string interfaceName) => interfaceName.Substring(1);

    private static void EmitAction(SourceWriter source, ActionModel action)
    {
        var optional = action.OptionalOnes;
        source.Open($"private void {action.Method}(DaemonRequest request)");
        source.Line($"var reader = request.Start(ActionDescriptors.{action.Method});");

        // A library older than the daemon ends its message before the optional arguments that it does not know.
        var bit = 0;
        foreach (var parameter in action.Parameters.Where(p => !ClientEmitter.IsFile(p)))
        {
            var absent = parameter.Optional ? $"reader.Remaining == 0 && !request.IsSet({bit++}) ? default! : " : "";
            source.Line($"var {Local(parameter)} = {absent}reader.{Reader(parameter)}();");
        }

        source.Line("reader.End();");
        bit = 0;
        var arguments = new List<string>();
        foreach (var parameter in action.Parameters)
        {
            if (parameter.Kind == WireKind.FileIn)
            {
                arguments.Add("request.Incoming");
                continue;
            }

            if (parameter.Kind == WireKind.FileOut)
            {
                arguments.Add("request.Outgoing");
                continue;
            }

            EmitCheck(source, parameter, parameter.Optional ? bit : null);
            if (parameter.Optional)
            {
                var cast = parameter.Kind is WireKind.String or WireKind.StringList ? "null" : $"({parameter.Type})null";
                arguments.Add($"request.IsSet({bit}) ? {Local(parameter)} : {cast}");
                bit++;
            }
            else
            {
                arguments.Add(Local(parameter));
            }
        }

        if (action.Parameters.Any(p => p.Role == Role.Pathname && !p.Optional))
        {
            source.Line("request.RequireRoot();");
        }

        var call = $"{Property(action.Interface)}.{action.Method}({string.Join(", ", arguments)})";
        if (action.ReturnKind == WireKind.Void)
        {
            source.Line($"{call};");
            source.Line("request.ReplyOk();");
        }
        else
        {
            source.Line($"var result = {call};");
            source.Line("var writer = request.BeginReply();");
            source.Line(Write(action));
            source.Line("request.EndReply();");
        }

        source.Close();
    }

    private static void EmitCheck(SourceWriter source, ParameterModel parameter, int? bit)
    {
        var local = Local(parameter);
        var guard = bit is null ? "" : $"if (request.IsSet({bit})) ";
        var method = parameter.Role switch
        {
            Role.Pathname => "Pathname",
            Role.Device => "Device",
            Role.Mountable => "Mountable",
            Role.DeviceOrPath => "DeviceOrPath",
            Role.MountableOrPath => "MountableOrPath",
            Role.Filename => "Filename",
            _ => null,
        };
        if (method is null)
        {
            return;
        }

        source.Line(parameter.Kind == WireKind.StringList
            ? $"{guard}request.{method}s({local}, \"{parameter.WireName}\");"
            : $"{guard}{local} = request.{method}({local}, \"{parameter.WireName}\");");
    }

    private static string Local(ParameterModel parameter) => Names.Escape(parameter.Name);

    private static string Reader(ParameterModel parameter) => parameter.Kind switch
    {
        WireKind.Bool => "ReadBool",
        WireKind.Int => "ReadInt32",
        WireKind.Int64 => "ReadInt64",
        WireKind.StringList => "ReadStrings",
        WireKind.Bytes => "ReadBytes",
        WireKind.OptionalString => "ReadOptionalString",
        _ => "ReadString",
    };

    private static string Write(ActionModel action) => (action.ReturnKind, action.ReturnRole) switch
    {
        (WireKind.Bool, _) => "writer.WriteBool(result);",
        (WireKind.Int, _) => "writer.WriteInt32(result);",
        (WireKind.Int64, _) => "writer.WriteInt64(result);",
        (WireKind.Bytes, _) => "writer.WriteBytes(result);",
        (WireKind.Dictionary, _) => "writer.WriteDictionary(result);",
        (WireKind.StringList, Role.Device) => "writer.WriteStrings(global::System.Array.ConvertAll(result, request.ReverseDevice));",
        (WireKind.StringList, Role.Mountable) => "writer.WriteStrings(global::System.Array.ConvertAll(result, request.ReverseMountable));",
        (WireKind.StringList, _) => "writer.WriteStrings(result);",
        (WireKind.Struct, _) => $"StructCodecs.Write(writer, StructCodecs.MapDevices(result, request.ReverseDevice));",
        (WireKind.StructList, _) =>
            "StructCodecs.Write(writer, global::System.Array.ConvertAll(result, item => StructCodecs.MapDevices(item, request.ReverseDevice)));",
        (_, Role.Device) => "writer.WriteString(request.ReverseDevice(result));",
        (_, Role.Mountable) => "writer.WriteString(request.ReverseMountable(result));",
        _ => "writer.WriteString(result);",
    };
}
