namespace VirtTools.Generator;

/// <summary>Client methods of an action that the daemon carries out: encode, send, decode.</summary>
internal static class DaemonClientEmitter
{
    public static void Emit(SourceWriter source, ActionModel action)
    {
        var overloads = action.FileParameter is null ? new[] { false } : [false, true];
        foreach (var stream in overloads)
        {
            EmitMethod(source, action, asynchronous: false, stream);
            EmitMethod(source, action, asynchronous: true, stream);
            EmitEncoder(source, action, stream);
        }

        if (action.ReturnKind != WireKind.Void)
        {
            EmitDecoder(source, action);
        }
    }

    private static void EmitMethod(SourceWriter source, ActionModel action, bool asynchronous, bool stream)
    {
        var parameters = ClientEmitter.Parameters(action, asynchronous, stream);
        ClientEmitter.Doc(source, action, asynchronous, stream);
        var head = asynchronous
            ? $"async {ClientEmitter.TaskOf(action)} {action.Method}Async"
            : $"{action.ReturnType} {action.Method}";
        source.Open($"{ClientEmitter.Access(action)} {head}({parameters})");
        source.Line($"using var call = Encode{action.Method}({ClientEmitter.Arguments(action)});");
        var invoke = asynchronous ? "await InvokeAsync(call, cancellationToken).ConfigureAwait(false)" : "Invoke(call)";
        if (action.ReturnKind == WireKind.Void)
        {
            source.Line($"{invoke};");
            source.Line("call.Returned();");
        }
        else
        {
            source.Line($"return Decode{action.Method}(call, {invoke});");
        }

        source.Close();
        source.Line();
    }

    private static void EmitEncoder(SourceWriter source, ActionModel action, bool stream)
    {
        var parameters = ClientEmitter.Parameters(action, asynchronous: false, stream).Replace(" = null", "");
        source.Open($"private DaemonCall Encode{action.Method}({parameters})");
        source.Line($"var call = NewCall(ActionDescriptors.{action.Method});");
        source.Open("try");
        foreach (var parameter in action.Parameters)
        {
            source.Line(ClientEmitter.Pass("call", parameter));
        }

        source.Line("return call;");
        source.Close();
        source.Open("catch (global::System.Exception failure)");
        source.Line("call.Dispose();");
        source.Open("if (call.Refusal(failure) is { } refusal)");
        source.Line("throw refusal;");
        source.Close();
        source.Line("throw;");
        source.Close();
        source.Close();
        source.Line();
    }

    private static void EmitDecoder(SourceWriter source, ActionModel action)
    {
        source.Open($"private {action.ReturnType} Decode{action.Method}(DaemonCall call, global::System.ReadOnlyMemory<byte> reply)");
        source.Open("try");
        source.Line("var reader = new XdrReader(reply.Span);");
        source.Line($"var result = {Read(action)};");
        source.Line("reader.End();");
        source.Line("call.Returned(result);");
        source.Line("return result;");
        source.Close();
        source.Open("catch (ProtocolException failure)");
        source.Line("throw BrokenReply(call.Action, failure);");
        source.Close();
        source.Close();
        source.Line();
    }

    private static string Read(ActionModel action) => action.ReturnKind switch
    {
        WireKind.Bool => "reader.ReadBool()",
        WireKind.Int => "reader.ReadInt32()",
        WireKind.Int64 => "reader.ReadInt64()",
        WireKind.StringList => "reader.ReadStrings()",
        WireKind.Bytes => "reader.ReadBytes()",
        WireKind.Dictionary => "reader.ReadDictionary()",
        WireKind.Struct => $"StructCodecs.Read{action.ReturnStruct}(ref reader)",
        WireKind.StructList => $"StructCodecs.Read{action.ReturnStruct}List(ref reader)",
        _ => "reader.ReadString()",
    };
}
