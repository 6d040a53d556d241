namespace VirtTools.Generator;

/// <summary>Client methods of an action that the library carries out: trace, then the handle's own body.</summary>
internal static class LibraryClientEmitter
{
    public static void Emit(SourceWriter source, ActionModel action)
    {
        EmitMethod(source, action, asynchronous: false);
        if (action.Blocking)
        {
            EmitMethod(source, action, asynchronous: true);
        }
    }

    private static void EmitMethod(SourceWriter source, ActionModel action, bool asynchronous)
    {
        var suffix = asynchronous ? "Async" : "";
        var type = asynchronous ? ClientEmitter.TaskOf(action) : action.ReturnType;
        ClientEmitter.Doc(source, action, asynchronous);
        source.Open($"{ClientEmitter.Access(action)} {(asynchronous ? "async " : "")}{type} {action.Method}{suffix}({ClientEmitter.Parameters(action, asynchronous)})");
        source.Line($"using var call = BeginLibraryAction(ActionDescriptors.{action.Method});");
        foreach (var parameter in action.Parameters)
        {
            source.Line(ClientEmitter.Pass("call", parameter));
        }

        source.Line("call.Started();");
        var arguments = ClientEmitter.Arguments(action);
        if (asynchronous)
        {
            arguments += arguments.Length > 0 ? ", cancellationToken" : "cancellationToken";
        }

        var invoke = asynchronous ? $"await {action.Method}CoreAsync({arguments}).ConfigureAwait(false)" : $"{action.Method}Core({arguments})";
        if (action.ReturnKind == WireKind.Void)
        {
            source.Line($"{invoke};");
            source.Line("call.Returned();");
        }
        else
        {
            source.Line($"var result = {invoke};");
            source.Line("call.Returned(result);");
            source.Line("return result;");
        }

        source.Close();
        source.Line();
        var parameters = ClientEmitter.Parameters(action, asynchronous).Replace(" = null", "").Replace(" = default", "");
        source.Line($"private protected abstract {type} {action.Method}Core{suffix}({parameters});");
        source.Line();
    }
}
