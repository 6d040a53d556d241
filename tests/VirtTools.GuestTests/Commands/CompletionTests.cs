using System.Diagnostics;
using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Commands;

/// <summary>Completion of paths inside a guest, by the published commands in the real shells.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bash_completes_a_path_inside_a_guest()
    {
        MakeTemplate();

        // The answer has a time limit, which a busy host may miss: a person would press Tab again.
        var ending = InShell("bash", "--norc", "-c", $$"""
            source <(virt-appliance completion bash)
            COMP_WORDS=(virt-cat -a "{{GuestImages.Debian.GetPath()}}" /et)
            COMP_CWORD=3 COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            for try in 1 2 3 4 5 6 7 8; do
                _virt_tools
                [ ${#COMPREPLY[@]} -eq 0 ] || break
            done
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        Assert.Equal(("/etc/\n", ""), (ending.Text, ending.Error));
    }

    [Fact]
    public void Fish_completes_a_path_inside_a_guest()
    {
        MakeTemplate();

        var ending = InShell("fish", "--no-config", "-c", $"""
            source (virt-appliance completion fish | psub)
            for try in 1 2 3 4 5 6 7 8
                set -l found (complete -C 'virt-cat -a {GuestImages.Named("ext4").GetPath()} -m /dev/sda /etc/os-r')
                if test -n "$found"
                    echo $found
                    break
                end
            end
            """);

        Assert.Equal(("/etc/os-release\n", ""), (ending.Text, ending.Error));
    }

    [Fact]
    public void Zsh_completes_a_path_inside_a_guest()
    {
        MakeTemplate();

        // In a terminal of its own: what stands behind "/etc/os-r" can only come from the completion.
        var ending = InShell("zsh", "-f", "-c", $$"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source <(virt-appliance completion zsh); print rea""dy'
            zpty -r -m shell line '*ready*'
            zpty -w -n shell 'virt-cat -a {{GuestImages.Named("ext4").GetPath()}} -m /dev/sda /etc/os-r'
            for try in 1 2 3 4 5 6 7 8; do
                zpty -w -n shell $'\t'
                sleep 5
                while zpty -r -t shell line; do
                    [[ $line != *elease* ]] || { print completed; exit; }
                done
            done
            """);

        Assert.Equal(("completed\n", ""), (ending.Text, ending.Error));
    }

    [Fact]
    public void A_guest_that_does_not_answer_holds_up_no_shell()
    {
        MakeTemplate();
        var start = Published.Prepare("virt-cat", _folder.Path, "--complete", "-a", GuestImages.Named("ext4").GetPath(), "-m", "/dev/sda", "/et");
        start.Environment["LIBGUESTFS_HV"] = Hypervisor("exec sleep 600");

        // Finish gives up long before the hypervisor does.
        var ending = Published.Finish(start);

        Assert.Equal((0, "", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    private void MakeTemplate() =>
        Assert.Equal(0, Published.Run("virt-cat", _folder.Path, "-a", GuestImages.Named("ext4").GetPath(), "-m", "/dev/sda", "/etc/os-release").ExitCode);

    private string Hypervisor(string script)
    {
        File.WriteAllText(_folder["hypervisor"], $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(_folder["hypervisor"], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return _folder["hypervisor"];
    }

    private Ending InShell(string shell, params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = Published.Prepare("virt-cat", _folder.Path, arguments);
        start.FileName = shell;
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Published.PathOf("virt-cat"))}:{Environment.GetEnvironmentVariable("PATH")}";
        return Published.Finish(start);
    }
}
