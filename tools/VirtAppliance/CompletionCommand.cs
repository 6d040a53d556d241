using System.CommandLine;
using System.Text;

namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance completion: prints the script by which a shell completes the command lines of all commands.</summary>
internal static class CompletionCommand
{
    private const string CommandsMark = "@COMMANDS@";

    public static System.CommandLine.Command Declare(TextWriter output)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new System.CommandLine.Command("completion", "Print the script that completes command lines in a shell: source <(virt-appliance completion bash).") { shell };
        command.SetAction(parsed =>
        {
            output.Write(Script(parsed.GetValue(shell)!));
            return 0;
        });
        return command;
    }

    private static string Script(string shell)
    {
        using var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"virt-tools.{shell}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace(CommandsMark, string.Join(' ', CommandNames.All));
    }
}
