using VirtTools.Appliance.Command;
using VirtTools.Tests.Manual;

namespace VirtTools.Tests.Completion;

/// <summary>The scripts of virt-appliance completion in the shells they are for, with the commands of this build.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly CommandLine.ScratchFolder _folder = new();

    public ShellTests()
    {
        ManagedCommand.MakePrograms(_folder.Path, CommandNames.All);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "here"));
        File.WriteAllText(Path.Combine(_folder.Path, "here", "my disk.img"), "");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("virt-cat --ech", "virt-cat|--ech", "--echo-keys")]
    [InlineData("virt-cat --format=qco", "virt-cat|--format|=|qco", "qcow|qcow2")]
    [InlineData("virt-cat --blocksize=", "virt-cat|--blocksize|=", "512|4096")]
    [InlineData("virt-ls -a 'my disk.img' -l --checksum=sha5", "virt-ls|-a|'my disk.img'|-l|--checksum|=|sha5", "sha512")]
    [InlineData("virt-cat -a my", "virt-cat|-a|my", "my disk.img")]
    [InlineData("virt-df -c test", "virt-df|-c|test", "test:///default")]
    [InlineData("virt-df --watch ", "virt-df|--watch|", "1m|5m|1h")]
    [InlineData("virt-appliance comp", "virt-appliance|comp", "completion")]
    [InlineData("virt-appliance completion b", "virt-appliance|completion|b", "bash")]
    public void Bash_completes(string line, string words, string expected)
    {
        // bash itself fills these variables before it calls the function; its way of splitting words is part of the case.
        var array = string.Join(' ', words.Split('|').Select(word => $"\"{word}\""));
        var script = $$"""
            source <(virt-appliance completion bash)
            COMP_WORDS=({{array}})
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="{{line}}"
            COMP_POINT=${#COMP_LINE}
            _virt_tools
            printf '%s\n' "${COMPREPLY[@]}"
            complete -p virt-cat | grep -q _virt_tools || echo 'not bound'
            """;

        Assert.Equal(expected.Split('|').Order(StringComparer.Ordinal), Lines("bash", ["--norc", "-c", script]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("virt-cat --ech", "--echo-keys")]
    [InlineData("virt-cat --format=qco", "--format=qcow|--format=qcow2")]
    [InlineData("virt-cat -a my", "my disk.img")]
    [InlineData("virt-cat --add=my", "--add=my disk.img")]
    [InlineData("virt-df -c test", "test:///default")]
    [InlineData("virt-appliance comp", "completion")]
    public void Fish_completes(string line, string expected)
    {
        var lines = Lines("fish", ["--no-config", "-c", $"source (virt-appliance completion fish | psub); complete -C '{line}'"]);

        Assert.Equal(expected.Split('|'), lines.Select(l => l.Split('\t')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("virt-cat --ech", "virt-cat --echo-keys")]
    [InlineData("virt-ls --checksum=sha5", "virt-ls --checksum=sha512")]
    [InlineData("virt-cat -a my", "virt-cat -a my disk.img")]
    [InlineData("virt-df -c test", "virt-df -c test:///default")]
    [InlineData("virt-appliance comp", "virt-appliance completion")]
    public void Zsh_completes(string line, string expected)
    {
        // A terminal of its own, where the keys are pressed: Tab, then the line is made the argument of print.
        var script = $$"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source <(virt-appliance completion zsh); print rea""dy'
            zpty -r -m shell line '*ready*'
            zpty -w -n shell '{{line}}'$'\t'
            sleep 3
            zpty -w shell $'\C-aprint -r -- got: \C-e :end'
            zpty -r -m shell line $'*\ngot: *:end*'
            print -r -- "$line"
            """;

        var lines = Lines("zsh", ["-f", "-c", script]).Select(l => l.TrimEnd('\r'));

        var got = Assert.Single(lines, l => l.StartsWith("got: ", StringComparison.Ordinal) && l.EndsWith(":end", StringComparison.Ordinal));
        Assert.Equal(expected, string.Join(' ', got["got: ".Length..^":end".Length].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    private string[] Lines(string shell, IReadOnlyList<string> arguments)
    {
        var (output, error, _) = ManagedCommand.Run(shell, arguments, Path.Combine(_folder.Path, "here"), _folder.Path);
        Assert.Equal("", error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
