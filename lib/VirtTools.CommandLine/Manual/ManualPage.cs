using System.Reflection;
using System.Text;

namespace VirtTools.CommandLine.Manual;

/// <summary>
/// The manual page of a command: its help text, the sections of its own <c>manual.md</c>, and those that all commands share (<c>shared.md</c> here).
/// </summary>
/// <param name="Help">What <c>--help</c> prints.</param>
/// <param name="Description">What the description says beyond the help text.</param>
/// <param name="Sections">The sections behind the options, in their order.</param>
internal sealed record ManualPage(HelpText Help, IReadOnlyList<ManualBlock> Description, IReadOnlyList<ManualSection> Sections)
{
    private const string DescriptionTitle = "DESCRIPTION";

    /// <summary>The page of a command.</summary>
    /// <param name="help">What <c>--help</c> prints.</param>
    /// <param name="command">The program of the command, which carries its <c>manual.md</c>.</param>
    public static ManualPage Of(string help, Assembly command)
    {
        var own = ManualSection.ReadAll(ReadText(command, "manual.md"));
        var shared = ManualSection.ReadAll(ReadText(typeof(ManualPage).Assembly, "shared.md"));
        var parsed = HelpText.Parse(help);
        ManualSection exitStatus = new("EXIT STATUS", [new(ManualBlockKind.Paragraph, Capitalized(parsed.ExitStatus))]);
        return new(
            parsed,
            own.FirstOrDefault(s => s.Title == DescriptionTitle)?.Blocks ?? [],
            [.. own.Where(s => s.Title != DescriptionTitle), exitStatus, .. shared]);
    }

    private static string Capitalized(string sentence) => sentence.Length == 0 ? "" : char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string ReadText(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return "";
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
