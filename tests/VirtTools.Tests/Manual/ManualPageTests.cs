using VirtTools.Appliance.Command;
using VirtTools.CommandLine.Manual;
using VirtTools.CommandLine.Options;
using VirtTools.Commands;

namespace VirtTools.Tests.Manual;

public sealed class ManualPageTests
{
    public static TheoryData<string> Commands { get; } = [.. CommandNames.All];

    public static TheoryData<string> CommandsWithOptionRows { get; } = [.. CommandNames.All.Where(name => name != "virt-appliance")];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Man_has_nothing_to_say_against_a_page(string command)
    {
        using var folder = new CommandLine.ScratchFolder();
        var page = Path.Combine(folder.Path, command + ".1");
        File.WriteAllText(page, ManagedCommand.Output(command, "--manual"));

        var shown = ManagedCommand.Run("man", ["--warnings", "-E", "UTF-8", "-l", page]);

        Assert.Equal("", shown.Error);
        Assert.Contains($"{command} - ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("EXAMPLES", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_page_in_docs_is_what_the_command_says(string command)
    {
        var kept = File.ReadAllText(Path.Combine(ManagedCommand.RepositoryFolder, "docs", "man", command + ".md"));

        Assert.True(kept == ManagedCommand.Output(command, "--manual", "markdown"), $"docs/man/{command}.md is old: ./build.sh manual writes it anew");
    }

    [Theory]
    [MemberData(nameof(CommandsWithOptionRows))]
    public void Every_option_is_described_and_nothing_else_is(string command)
    {
        var rows = OptionsOf(command).Rows.Where(row => !row.LongNames.Any(name => name is "long-options" or "short-options")).ToList();
        var described = HelpText.Parse(ManagedCommand.Output(command, "--help")).Options.SelectMany(option => option.Names).ToHashSet();
        var known = rows.SelectMany(NamesOf).ToHashSet();

        Assert.All(rows, row => Assert.Contains(NamesOf(row), described.Contains));
        Assert.All(described, name => Assert.True(known.Contains(name) || IsBundle(name, known), $"{name} is no option"));
    }

    [Fact]
    public void Every_subcommand_and_option_of_virt_appliance_is_described_and_nothing_else_is()
    {
        var root = new ApplianceCommand(TextWriter.Null, TextWriter.Null).Declare(CancellationToken.None);
        var help = HelpText.Parse(ApplianceCommand.Help);

        Assert.Equal(root.Subcommands.Select(c => c.Name).Order(), help.Synopsis.Select(line => line.Split(' ')[1]).Order());
        Assert.Equal(
            root.Subcommands.SelectMany(c => c.Options).Concat(root.Options).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name)).Distinct().Order(),
            help.Options.SelectMany(o => o.Names).Order());
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-V")]
    public void The_version_of_virt_appliance_stands_behind_its_name(string option)
    {
        var output = new StringWriter();

        Assert.Equal(0, new ApplianceCommand(output, TextWriter.Null).Run([option], CancellationToken.None));

        Assert.Matches(@"^virt-appliance [0-9]+\.[0-9]+\.[0-9]+[^ ]*\n$", output.ToString());
    }

    [Theory]
    [MemberData(nameof(CommandsWithOptionRows))]
    public void Options_that_commands_share_are_described_in_the_same_words(string command)
    {
        var help = ManagedCommand.Output(command, "--help");

        Assert.True(command == "virt-resize" || help.Contains(SharedOptions.Images, StringComparison.Ordinal));
        Assert.Contains(SharedOptions.Common, help, StringComparison.Ordinal);
    }

    private static CommandOptions OptionsOf(string command) => command switch
    {
        "virt-cat" => new CatOptions(),
        "virt-ls" => new ListOptions(),
        "virt-df" => new UsageOptions(),
        "virt-edit" => new EditOptions(),
        "virt-resize" => new ResizeOptions(),
        _ => new InspectorOptions(),
    };

    private static IEnumerable<string> NamesOf(OptionRow row) =>
        [.. row.LongNames.Select(name => "--" + name), .. row.Letter is { } letter ? [$"-{letter}"] : Array.Empty<string>()];

    // -lR is -l and -R.
    private static bool IsBundle(string name, HashSet<string> known) =>
        name.Length > 2 && name[1] != '-' && name[1..].All(letter => known.Contains($"-{letter}"));
}
