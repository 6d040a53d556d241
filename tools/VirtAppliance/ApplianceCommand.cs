using System.CommandLine;
using System.CommandLine.Help;

namespace VirtTools.Appliance.Command;

/// <summary>
/// virt-appliance: builds and keeps what QEMU starts for the other commands.
/// <code>
///   virt-appliance build [-o DIR] [--daemon FILE] [--locked MANIFEST] [--mirror URL]
///   virt-appliance install [DIR]
///   virt-appliance path
///   virt-appliance export DIR
///   virt-appliance template [--rebuild]
///   virt-appliance doctor
///   virt-appliance clean
/// </code>
/// </summary>
internal sealed class ApplianceCommand(TextWriter output, TextWriter error)
{
    private const string Name = "virt-appliance";

    /// <summary>Runs the command.</summary>
    /// <returns>The exit status: 0, or 1 after an error.</returns>
    public int Run(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return Declare(cancellationToken)
                .Parse(arguments, new() { ResponseFileTokenReplacer = null })
                .Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (ApplianceException e)
        {
            error.WriteLine($"{Name}: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine($"{Name}: interrupted");
            return 1;
        }
    }

    private RootCommand Declare(CancellationToken cancellationToken)
    {
        var root = new RootCommand("Build and keep the appliance: the small virtual machine in which the other commands read guests.");
        root.Directives.Clear();

        // -h means human-readable sizes in this family of commands.
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Clear();
        }

        root.Subcommands.Add(BuildCommand.Declare(output, error, cancellationToken));
        root.Subcommands.Add(InstallCommand.Declare(output, error, cancellationToken));
        root.Subcommands.Add(PathCommand.Declare(output));
        root.Subcommands.Add(ExportCommand.Declare(error, cancellationToken));
        root.Subcommands.Add(TemplateCommand.Declare(output, error, cancellationToken));
        root.Subcommands.Add(DoctorCommand.Declare(output, cancellationToken));
        root.Subcommands.Add(CleanCommand.Declare());
        return root;
    }
}
