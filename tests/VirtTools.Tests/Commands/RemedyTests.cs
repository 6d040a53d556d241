using System.Text.RegularExpressions;
using VirtTools.Appliance.Command;
using VirtTools.Tests.Manual;

namespace VirtTools.Tests.Commands;

/// <summary>docs/errors.md is the one list of remedies; messages and the checks of doctor are held against it.</summary>
public sealed partial class RemedyTests
{
    private const string NoCheck = "none";

    private static readonly (string Remedy, string Check)[] s_rows =
    [
        .. File.ReadLines(Path.Combine(ManagedCommand.RepositoryFolder, "docs", "errors.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith(" |", StringComparison.Ordinal))
            .Select(line => line.Split(" | "))
            .Where(cells => cells.Length == 2 && cells[1] is not ("--- |" or "doctor's check |"))
            .Select(cells => (cells[0][2..], cells[1][..^2].Trim('`'))),
    ];

    [Fact]
    public void Each_remedy_that_is_named_is_found_by_a_check_of_doctor()
    {
        Assert.NotEmpty(s_rows);
        Assert.Equal(Checkup.All.Select(check => check.Name).Order(), s_rows.Select(row => row.Check).Where(check => check != NoCheck).Distinct().Order());
    }

    [Fact]
    public void Each_remedy_in_a_message_stands_in_the_list()
    {
        var listed = string.Join('\n', s_rows.Select(row => row.Remedy));
        var named = Sources()
            .SelectMany(file => File.ReadLines(file).Select(line => (File: file, Line: line)))
            .Where(at => !Comment().IsMatch(at.Line))
            .SelectMany(at => Literal().Matches(at.Line).SelectMany(text => Remedy().Matches(text.Value)).Select(remedy => (at.File, remedy.Value)))
            .ToList();

        Assert.True(named.Count > 40, "the texts of messages are no longer found");
        Assert.Empty(named.Where(remedy => !listed.Contains(remedy.Value, StringComparison.Ordinal)).Select(remedy => $"{Path.GetFileName(remedy.File)}: {remedy.Value}").Distinct());
    }

    private static IEnumerable<string> Sources() =>
        from folder in (string[])["lib", "tools", "appliance"]
        from file in Directory.EnumerateFiles(Path.Combine(ManagedCommand.RepositoryFolder, folder), "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        select file;

    [GeneratedRegex(@"^\s*//")]
    private static partial Regex Comment();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Literal();

    // What a person is told to type, to install or to set.
    [GeneratedRegex(@"install the packages? [a-z][a-z0-9.+-]*[a-z0-9]|(set|unset|correct) [A-Z][A-Z_]+[A-Z]|\(LIBGUESTFS_[A-Z]+\)|virt-appliance (build|install|clean|template|doctor)|(virsh|qemu-img) [a-z]+(-[a-z]+)*|ssh-add|ssh-keygen|update-ca-certificates|ulimit|group kvm|LIBGUESTFS_DEBUG")]
    private static partial Regex Remedy();
}
