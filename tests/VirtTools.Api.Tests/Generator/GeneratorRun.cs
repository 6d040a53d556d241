using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VirtTools.Generator;

namespace VirtTools.Api.Tests.Generator;

/// <summary>Runs the generators over a source text that stands for the declarations of an API.</summary>
internal sealed class GeneratorRun
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest, DocumentationMode.Parse);
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_references = new(References);
    private static readonly Lazy<ImmutableArray<SyntaxTree>> s_api = new(ApiSources);

    private GeneratorRun(IReadOnlyDictionary<string, string> files, ImmutableArray<Diagnostic> diagnostics, ImmutableArray<Diagnostic> compileErrors)
    {
        Files = files;
        Diagnostics = diagnostics;
        CompileErrors = compileErrors;
    }

    /// <summary>What was generated, by file name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>What the generators complained about.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>Why sources and generated files together do not compile.</summary>
    public ImmutableArray<Diagnostic> CompileErrors { get; }

    /// <summary>Over declarations, beside the hand-written part of the API.</summary>
    public static GeneratorRun Of(string source) => Over(s_api.Value, source);

    /// <summary>Over methods that want a twin; of the API only the attributes are there.</summary>
    public static GeneratorRun OfMethods(string source) =>
        Over(s_api.Value.Where(tree => Path.GetFileName(tree.FilePath) is "Usings.cs" or "Attributes.cs"), source);

    private static GeneratorRun Over(IEnumerable<SyntaxTree> api, string source)
    {
        var compilation = CSharpCompilation.Create(
            "VirtTools.Api",
            api.Append(CSharpSyntaxTree.ParseText(source, s_options, "Declarations.cs")),
            s_references.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        var driver = CSharpGeneratorDriver.Create(
            [new ActionGenerator().AsSourceGenerator(), new SyncTwinGenerator().AsSourceGenerator()], parseOptions: s_options);

        var result = driver.RunGeneratorsAndUpdateCompilation(compilation, out var updated, out _).GetRunResult();

        return new GeneratorRun(
            result.Results.SelectMany(r => r.GeneratedSources).ToDictionary(s => s.HintName, s => s.SourceText.ToString()),
            result.Diagnostics,
            [.. updated.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)]);
    }

    private static ImmutableArray<SyntaxTree> ApiSources() =>
    [
        CSharpSyntaxTree.ParseText(Usings, s_options, "Usings.cs"),
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "api"), "*.cs")
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), s_options, path)),
    ];

    private static ImmutableArray<MetadataReference> References() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.") || name is "netstandard.dll" or "VirtTools.Posix.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
