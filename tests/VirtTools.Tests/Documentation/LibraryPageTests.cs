using System.IO.Enumeration;
using System.Text.Json;
using System.Text.RegularExpressions;
using VirtTools.Tests.Manual;

namespace VirtTools.Tests.Documentation;

/// <summary>docs/library.md, held against the example that is compiled, the library and the facts of the original's API.</summary>
public sealed partial class LibraryPageTests
{
    private static readonly string s_docs = Path.Combine(ManagedCommand.RepositoryFolder, "docs");
    private static readonly string s_page = File.ReadAllText(Path.Combine(s_docs, "library.md"));
    private static readonly HashSet<string> s_methods = [.. typeof(Guestfs).GetMethods().Select(m => m.Name)];

    // Names of the original that programs may call.
    private static readonly string[] s_actions = [.. ActionNames().Where(name => !name.StartsWith("internal", StringComparison.Ordinal))];

    [Fact]
    public void The_program_in_the_page_is_the_example_that_is_compiled()
    {
        var program = File.ReadAllText(Path.Combine(s_docs, "examples", "GuestReport", "Program.cs"));

        Assert.Contains($"```csharp\n{program}```\n", s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_call_in_the_tables_keeps_its_name_of_C()
    {
        var rows = Rows("| C | `Libguestfs.cs` | here |");

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var name = NameOfC().Match(row[0]).Groups[1].Value;
            var kept = name.EndsWith("_opts", StringComparison.Ordinal) ? name[..^5] : name;
            Assert.Contains(kept, s_actions);
            Assert.StartsWith($"`g.{PascalCase(kept)}(", row[2], StringComparison.Ordinal);
            Assert.Contains(PascalCase(kept), s_methods);
        });
    }

    [Fact]
    public void The_actions_that_are_not_here_are_exactly_those_of_the_table()
    {
        var patterns = Rows("| not here | instead |").SelectMany(row => Code().Matches(row[0]).Select(m => m.Groups[1].Value)).ToArray();

        var listed = s_actions.Where(name => patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: false)));

        Assert.Equal(s_actions.Where(name => !s_methods.Contains(PascalCase(name))).Order(), listed.Order());
        Assert.All(patterns, p => Assert.Contains(s_actions, name => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: false)));
    }

    [Fact]
    public void Every_method_that_is_named_instead_is_there()
    {
        var named = Rows("| not here | instead |").SelectMany(row => Method().Matches(row[1]).Select(m => m.Groups[1].Value)).ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, s_methods));
    }

    private static string PascalCase(string name) => string.Concat(name.Split('_').Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..]));

    private static string[][] Rows(string heading)
    {
        var lines = s_page.Split('\n');
        var start = Array.IndexOf(lines, heading);
        Assert.True(start >= 0, $"docs/library.md has no table {heading}");
        return [.. lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];
    }

    private static IEnumerable<string> ActionNames()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "facts", "actions.json")));
        return [.. document.RootElement.EnumerateArray().Select(action => action.GetProperty("name").GetString()!)];
    }

    [GeneratedRegex("guestfs_([a-zA-Z0-9_]+)")]
    private static partial Regex NameOfC();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*)`")]
    private static partial Regex Method();
}
