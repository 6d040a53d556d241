using Microsoft.CodeAnalysis;

namespace VirtTools.Generator;

/// <summary>The generator's own diagnostics.</summary>
internal static class Complaints
{
    public const string NoKind = "VTG001";
    public const string BadType = "VTG002";
    public const string BadReturn = "VTG003";
    public const string NotNullable = "VTG004";
    public const string OptionalBeforeRequired = "VTG005";
    public const string DuplicateProcedure = "VTG006";
    public const string NoDoc = "VTG007";
    public const string NoSince = "VTG008";
    public const string TwoFiles = "VTG009";
    public const string NoParameterDoc = "VTG010";
    public const string MixedInterface = "VTG011";
    public const string BadField = "VTG012";
    public const string DuplicateName = "VTG013";

    public static Diagnostic ToDiagnostic(Complaint complaint)
    {
        var descriptor = new DiagnosticDescriptor(
            complaint.Id, "Bad API declaration", "{0}", "VirtTools.Declarations", DiagnosticSeverity.Error, isEnabledByDefault: true);
        var position = new Microsoft.CodeAnalysis.Text.LinePosition(complaint.Line, complaint.Column);
        var location = complaint.Path.Length == 0
            ? Location.None
            : Location.Create(complaint.Path, default, new Microsoft.CodeAnalysis.Text.LinePositionSpan(position, position));
        return Diagnostic.Create(descriptor, location, complaint.Message);
    }

    public static Complaint At(ISymbol symbol, string id, string message)
    {
        var location = symbol.Locations.FirstOrDefault();
        var span = location?.GetLineSpan();
        return new Complaint(id, message, span?.Path ?? "", span?.StartLinePosition.Line ?? 0, span?.StartLinePosition.Character ?? 0);
    }
}
