using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace VirtTools.Generator;

/// <summary>
/// Makes from the declarations of the API: option records, the client's methods, struct codecs, the daemon's dispatch,
/// the table of actions and the call by name.
/// </summary>
[Generator]
public sealed class ActionGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var interfaces = context.SyntaxProvider.ForAttributeWithMetadataName(
            "VirtTools.Declarations.ActionsAttribute",
            static (_, _) => true,
            static (match, _) => DeclarationReader.ReadInterface((INamedTypeSymbol)match.TargetSymbol)).Collect();
        var structs = context.SyntaxProvider.ForAttributeWithMetadataName(
            "VirtTools.Declarations.WireStructAttribute",
            static (_, _) => true,
            static (match, _) => DeclarationReader.ReadStruct((INamedTypeSymbol)match.TargetSymbol)).Collect();

        context.RegisterSourceOutput(interfaces, EmitActions);
        context.RegisterSourceOutput(structs, EmitStructs);
    }

    private static void EmitStructs(SourceProductionContext output, ImmutableArray<StructModel> structs)
    {
        if (structs.IsEmpty)
        {
            return;
        }

        foreach (var complaint in structs.SelectMany(s => s.Complaints))
        {
            output.ReportDiagnostic(Complaints.ToDiagnostic(complaint));
        }

        output.AddSource("StructCodecs.g.cs", StructEmitter.Emit(structs.OrderBy(m => m.TypeName, StringComparer.Ordinal)));
    }

    private static void EmitActions(SourceProductionContext output, ImmutableArray<InterfaceModel> interfaces)
    {
        if (interfaces.IsEmpty)
        {
            return;
        }

        foreach (var complaint in interfaces.SelectMany(i => i.Complaints))
        {
            output.ReportDiagnostic(Complaints.ToDiagnostic(complaint));
        }

        var ordered = interfaces.OrderBy(i => i.Name, StringComparer.Ordinal).ToArray();
        var actions = ordered.SelectMany(i => i.Actions).ToArray();
        foreach (var twice in actions.Where(a => a.Procedure is not null).GroupBy(a => a.Procedure).Where(g => g.Count() > 1))
        {
            output.ReportDiagnostic(Complaints.ToDiagnostic(new Complaint(
                Complaints.DuplicateProcedure, $"procedure {twice.Key} is declared by {string.Join(" and ", twice.Select(a => a.Method))}", "", 0, 0)));
        }

        foreach (var twice in actions.GroupBy(a => a.Method).Where(g => g.Count() > 1))
        {
            output.ReportDiagnostic(Complaints.ToDiagnostic(new Complaint(
                Complaints.DuplicateName, $"{twice.Key} is declared by {string.Join(" and ", twice.Select(a => a.Interface))}", "", 0, 0)));
        }

        foreach (var model in ordered)
        {
            output.AddSource($"Client.{model.Name}.g.cs", ClientEmitter.Emit(model));
            if (model.Actions.Any(a => a.OptionalOnes.Count > 0))
            {
                output.AddSource($"Options.{model.Name}.g.cs", OptionsEmitter.Emit(model));
            }
        }

        output.AddSource("Dispatch.g.cs", DispatchEmitter.Emit(ordered));
        output.AddSource("Unsupported.g.cs", UnsupportedEmitter.Emit(ordered));
        output.AddSource("ActionTable.g.cs", TableEmitter.Emit(actions));
        output.AddSource("ActionInvoker.g.cs", InvokerEmitter.Emit(actions));
    }
}
