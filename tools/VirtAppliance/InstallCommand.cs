using System.CommandLine;

namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance install: puts the appliance that came with this program into the cache, for hosts without apt.</summary>
internal static class InstallCommand
{
    private const string CarriedFolder = "appliance";

    public static System.CommandLine.Command Declare(TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var folder = new Argument<string?>("DIR")
        {
            Description = "Install the appliance in this folder (default: the one that came with this program).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new System.CommandLine.Command("install", "Install a complete appliance where the other commands find it.") { folder };
        command.SetAction(parsed =>
        {
            var source = parsed.GetValue(folder) ?? FindCarried();
            var installed = BuildProgressBar.Run(
                error, progress => new ApplianceStore(CacheFolder.Open()).Install(source, progress, cancellationToken));
            output.WriteLine(Path.GetDirectoryName(installed.Kernel));
            return 0;
        });
        return command;
    }

    // Tool packages keep native programs in a folder of the platform's name, and what is the same for all one level up.
    private static string FindCarried()
    {
        string[] places = [Path.Combine(AppContext.BaseDirectory, CarriedFolder), Path.Combine(AppContext.BaseDirectory, "..", CarriedFolder)];
        return places.FirstOrDefault(Directory.Exists)
            ?? throw new ApplianceException("this program came without an appliance: name its folder, or build one with virt-appliance build");
    }
}
