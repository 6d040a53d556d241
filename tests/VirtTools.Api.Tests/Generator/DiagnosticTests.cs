namespace VirtTools.Api.Tests.Generator;

/// <summary>A bad declaration is refused by the generator, with the reason, at its place.</summary>
public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("VTG001", "/// <summary>S.</summary>\n[Since(1, 0, 0)] void A();")]
    [InlineData("VTG001", "/// <summary>S.</summary>\n[DaemonAction(1), LibraryAction, Since(1, 0, 0)] void A();")]
    [InlineData("VTG002", "/// <summary>S.</summary>\n/// <param name=\"a\">A.</param>\n[DaemonAction(1), Since(1, 0, 0)] void A(decimal a);")]
    [InlineData("VTG002", "/// <summary>S.</summary>\n/// <param name=\"a\">A.</param>\n[DaemonAction(1), Since(1, 0, 0)] void A(uint a);")]
    [InlineData("VTG003", "/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] decimal A();")]
    [InlineData("VTG004", "/// <summary>S.</summary>\n/// <param name=\"a\">A.</param>\n[DaemonAction(1), Since(1, 0, 0)] void A([Optional] bool a);")]
    [InlineData("VTG004", "/// <summary>S.</summary>\n/// <param name=\"a\">A.</param>\n[DaemonAction(1), Since(1, 0, 0)] void A([Optional] string a);")]
    [InlineData("VTG005", "/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] void A([Optional, Key] string? a, [Pathname] string b);")]
    [InlineData("VTG006", "/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] void A();\n/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] void B();")]
    [InlineData("VTG007", "[DaemonAction(1), Since(1, 0, 0)] void A();")]
    [InlineData("VTG008", "/// <summary>S.</summary>\n[DaemonAction(1)] void A();")]
    [InlineData("VTG009", "/// <summary>S.</summary>\n/// <param name=\"a\">A.</param>\n/// <param name=\"b\">B.</param>\n[DaemonAction(1), Since(1, 0, 0)] void A(IncomingFile a, OutgoingFile b);")]
    [InlineData("VTG010", "/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] void A(int a);")]
    [InlineData("VTG011", "/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] void A();\n/// <summary>S.</summary>\n[LibraryAction, Since(1, 0, 0)] void B();")]
    [InlineData("VTG013", "/// <summary>S.</summary>\n[DaemonAction(1), Since(1, 0, 0)] void A();\n/// <summary>S.</summary>\n[DaemonAction(2), Since(1, 0, 0)] void A([Pathname] string path);")]
    public void Bad_action_is_refused(string id, string declaration)
    {
        var run = GeneratorRun.Of(
            $"using VirtTools.Declarations;\nusing VirtTools.Wire;\n[Actions]\ninternal interface IBadActions\n{{\n{declaration}\n}}\n");

        Assert.Equal(id, Assert.Single(run.Diagnostics).Id);
    }

    [Theory]
    [InlineData("decimal Field")]
    [InlineData("bool Field")]
    [InlineData("string? Field")]
    [InlineData("string[] Field")]
    [InlineData("int? Field")]
    [InlineData("[Uuid] int Field")]
    [InlineData("[Device] long Field")]
    public void Bad_field_is_refused(string field)
    {
        var run = GeneratorRun.Of($"using VirtTools.Declarations;\n[WireStruct(\"bad\")]\npublic sealed record Bad({field});\n");

        Assert.Equal("VTG012", Assert.Single(run.Diagnostics).Id);
    }

    [Fact]
    public void Diagnostic_points_at_the_declaration()
    {
        var run = GeneratorRun.Of(
            "using VirtTools.Declarations;\n[Actions]\ninternal interface IBadActions\n{\n    [DaemonAction(1), Since(1, 0, 0)]\n    void Undocumented();\n}\n");

        var place = Assert.Single(run.Diagnostics).Location.GetLineSpan();

        Assert.Equal(("Declarations.cs", 5), (place.Path, place.StartLinePosition.Line));
    }
}
