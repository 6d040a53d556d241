using System.CommandLine;

namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance export: writes a fixed appliance, which the original's library can start too.</summary>
internal static class ExportCommand
{
    public static System.CommandLine.Command Declare(TextWriter error, CancellationToken cancellationToken)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder to make." };
        var command = new System.CommandLine.Command(
            "export", "Copy the appliance into a folder of its own, for LIBGUESTFS_PATH; libguestfs can start it too.") { folder };
        command.SetAction(parsed =>
        {
            BuildProgressBar.Run(error, progress =>
            {
                var found = new ApplianceLocator().FindOrBuild(progress, cancellationToken);
                ApplianceCopy.Export(found, parsed.GetValue(folder)!, progress, cancellationToken);
                return found;
            });
            return 0;
        });
        return command;
    }
}
