using System.CommandLine;
using VirtTools.CommandLine.Manual;
using VirtTools.Handle;
using VirtTools.Posix;

namespace VirtTools.Appliance.Command;

/// <summary>
/// virt-appliance manual: writes the manual pages of the installed commands where man(1) looks. A .NET tool package cannot do that when it is installed, so each
/// command carries its page and prints it on demand.
/// </summary>
internal static class ManualCommand
{
    private const string Section = "man1";
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    public static System.CommandLine.Command Declare(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string?>("DIR")
        {
            Description = "A folder of MANPATH (default: share/man beside the folder of the commands, where man looks by itself).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new System.CommandLine.Command("manual", "Write the manual pages of the installed commands where man finds them.") { folder };
        command.SetAction(parsed => Install(parsed.GetValue(folder), output, error));
        return command;
    }

    /// <summary>The page of this command.</summary>
    public static string OwnPage(string? format)
    {
        var page = ManualPage.Of(ApplianceCommand.Help, typeof(ManualCommand).Assembly);
        return format == "markdown" ? MarkdownPage.Write(page) : RoffPage.Write(page, OwnVersion.Text);
    }

    private static int Install(string? folder, TextWriter output, TextWriter error)
    {
        var written = 0;
        foreach (var name in CommandNames.All)
        {
            if (PageOf(name) is not { } page)
            {
                error.WriteLine($"virt-appliance: {name}: not installed, or not the one of this family: its page is left out");
                continue;
            }

            var target = Path.Combine(folder ?? Beside(page.Program), Section);
            try
            {
                Directory.CreateDirectory(target);
                File.WriteAllText(Path.Combine(target, name + ".1"), page.Text);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ApplianceException($"{target}: the manual pages cannot be written there: {e.Message}; name another folder of MANPATH", e);
            }

            output.WriteLine(Path.Combine(target, name + ".1"));
            written++;
        }

        return written > 0 ? 0 : 1;
    }

    // man(1) takes /usr/local/bin on PATH for a reason to look into /usr/local/share/man, and ~/.dotnet/tools for ~/.dotnet/share/man.
    private static string Beside(string program) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(program)!, "..", "share", "man"));

    private static (string Program, string Text)? PageOf(string name)
    {
        if (ProgramPath.Find(name) is not { } program)
        {
            return null;
        }

        try
        {
            var result = ChildProcess.Run([program, "--manual"], new RunOptions { Deadline = s_deadline });
            return result.IsSuccess && result.OutputText.StartsWith(".TH ", StringComparison.Ordinal) ? (program, result.OutputText) : null;
        }
        catch (PosixException)
        {
            return null;
        }
    }
}
