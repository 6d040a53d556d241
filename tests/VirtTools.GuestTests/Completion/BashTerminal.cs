using System.Diagnostics;
using System.Text;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Completion;

/// <summary>An interactive bash in a terminal of its own, in which keys are pressed. The published commands are on its path.</summary>
internal static class BashTerminal
{
    private const string Ready = "terminal is ready";
    private const string LineStart = "\u0001";
    private const string LineEnd = "\u0005";

    /// <summary>Types the beginning of a command line, presses Tab, and tells what stands in the line then.</summary>
    /// <param name="folder">Where the shell is, and what the commands have as temporary folder.</param>
    /// <param name="line">The beginning.</param>
    /// <param name="environment">More variables of the environment.</param>
    public static string AfterTab(TestFolder folder, string line, params (string Name, string Value)[] environment)
    {
        // script, of Debian's essential bsdutils, is the terminal.
        var start = Published.Prepare("virt-appliance", folder.Path);
        start.FileName = "script";
        foreach (var word in (string[])["--quiet", "--return", "--command", "bash --norc --noprofile -i", "/dev/null"])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["PATH"] = $"{Path.GetDirectoryName(Published.PathOf("virt-cat"))}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["TERM"] = "dumb";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        Type(process, "PS1=; unset HISTFILE; bind 'set enable-bracketed-paste off'; source <(virt-appliance completion bash); echo terminal is rea''dy\n");
        while (process.StandardOutput.ReadLine() is { } read && read.TrimEnd('\r') != Ready)
        {
        }

        // bash reads no further key before the completion is done.
        Type(process, $"{line}\t{LineStart}printf '<%s>' {LineEnd}; echo :end; exit\n");
        var ending = Published.Finish(process);
        var printed = ending.Text.ReplaceLineEndings("\n").Split('\n').LastOrDefault(l => l.StartsWith('<') && l.EndsWith(":end", StringComparison.Ordinal));
        Assert.NotNull(printed);
        return printed[1..^">:end".Length].Replace("><", " ", StringComparison.Ordinal);
    }

    private static void Type(Process process, string keys)
    {
        process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(keys));
        process.StandardInput.BaseStream.Flush();
    }
}
