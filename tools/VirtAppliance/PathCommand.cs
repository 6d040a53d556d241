namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance path: prints the folder of the appliance that commands start.</summary>
internal static class PathCommand
{
    public static System.CommandLine.Command Declare(TextWriter output)
    {
        var command = new System.CommandLine.Command("path", "Print the folder of the appliance that the other commands start.");
        command.SetAction(_ =>
        {
            var found = new ApplianceLocator().Find()
                ?? throw new ApplianceException("there is no appliance yet: make one with virt-appliance build, or virt-appliance install");
            output.WriteLine(Path.GetFullPath(Path.GetDirectoryName(found.Kernel)!));
            return 0;
        });
        return command;
    }
}
