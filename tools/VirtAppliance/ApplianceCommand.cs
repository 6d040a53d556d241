using System.CommandLine;
using System.CommandLine.Help;
using VirtTools.CommandLine.Output;
using VirtTools.Handle;
using VirtTools.Posix;

namespace VirtTools.Appliance.Command;

/// <summary>
/// virt-appliance: builds and keeps what QEMU starts for the other commands.
/// </summary>
internal sealed class ApplianceCommand(TextWriter output, TextWriter error)
{
    private const string Name = "virt-appliance";

    /// <summary>What <c>--help</c> prints without a subcommand; the manual page is made of it.</summary>
    internal const string Help = """
        virt-appliance: build and keep the appliance of the other commands

        virt-appliance build [-o DIR] [--daemon FILE] [--locked MANIFEST] [--mirror URL]
        virt-appliance install [DIR]
        virt-appliance path
        virt-appliance export DIR
        virt-appliance template [--rebuild]
        virt-appliance doctor
        virt-appliance clean
        virt-appliance manual [DIR]
        virt-appliance completion SHELL

        The appliance is the small virtual machine in which the other commands read guests.

          -o, --output DIR           build: write the appliance into DIR instead of the cache
              --daemon FILE          build: the daemon that becomes its first process (the one beside this program, if left out)
              --locked MANIFEST      build: exactly the packages of an older appliance's manifest.json
              --mirror URL           build: take packages from this Debian mirror instead of the host's
              --rebuild              template: make it again although there is one
              --help                 this text; behind a subcommand, that of the subcommand
          -V, --version              version of this program

        Exit status: 0 if all went well, 1 if not.

        """;

    /// <summary>Runs the command.</summary>
    /// <returns>The exit status: 0, or 1 after an error.</returns>
    public int Run(string[] arguments, CancellationToken cancellationToken)
    {
        switch (arguments)
        {
            case ["--help"]:
                output.Write(Help);
                return 0;
            case ["--version" or "-V"]:
                output.WriteLine($"{Name} {OwnVersion.Text}");
                return 0;
            case ["--manual", ..]:
                output.Write(ManualCommand.OwnPage(arguments.ElementAtOrDefault(1)));
                return 0;
            case ["--complete", ..]:
                Complete(arguments[1..], cancellationToken);
                return 0;
        }

        try
        {
            return Declare(cancellationToken)
                .Parse(arguments, new() { ResponseFileTokenReplacer = null })
                .Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is ApplianceException or GuestfsException or PosixException)
        {
            error.WriteLine($"{Name}: {Printable.Line(e.Message)}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine($"{Name}: interrupted");
            return 1;
        }
    }

    // The shells' scripts ask this of every command.
    private void Complete(string[] words, CancellationToken cancellationToken)
    {
        string[] known = words.Length == 0 ? [""] : words;
        foreach (var item in Declare(cancellationToken).Parse(known, new() { ResponseFileTokenReplacer = null }).GetCompletions())
        {
            if (item.Label.StartsWith(known[^1], StringComparison.Ordinal))
            {
                output.WriteLine($"{item.Label}\t{item.Detail}");
            }
        }
    }

    internal RootCommand Declare(CancellationToken cancellationToken)
    {
        var root = new RootCommand("Build and keep the appliance: the small virtual machine in which the other commands read guests.");
        root.Directives.Clear();

        // -h means human-readable sizes in this family of commands.
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Clear();
        }

        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Aliases.Add("-V");
        }

        root.Subcommands.Add(BuildCommand.Declare(output, error, cancellationToken));
        root.Subcommands.Add(InstallCommand.Declare(output, error, cancellationToken));
        root.Subcommands.Add(PathCommand.Declare(output));
        root.Subcommands.Add(ExportCommand.Declare(error, cancellationToken));
        root.Subcommands.Add(TemplateCommand.Declare(output, error, cancellationToken));
        root.Subcommands.Add(DoctorCommand.Declare(output, cancellationToken));
        root.Subcommands.Add(CleanCommand.Declare());
        root.Subcommands.Add(ManualCommand.Declare(output, error));
        root.Subcommands.Add(CompletionCommand.Declare(output));
        return root;
    }
}
