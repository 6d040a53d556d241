using System.CommandLine;
using VirtTools.Posix;

namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance build: makes an appliance from Debian packages, without root.</summary>
internal static class BuildCommand
{
    public static System.CommandLine.Command Declare(TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var folder = new Option<string?>("--output", "-o")
        {
            Description = "Put the appliance into this folder, not into the cache where commands find it.",
            HelpName = "DIR",
        };
        var daemon = new Option<string?>("--daemon")
        {
            Description = $"The daemon that goes into the appliance (default: {ApplianceLocator.DaemonName} beside this program).",
            HelpName = "FILE",
        };
        var locked = new Option<string?>("--locked")
        {
            Description = "Build exactly the packages of this manifest.",
            HelpName = "MANIFEST",
        };
        var mirror = new Option<string?>("--mirror")
        {
            Description = "Fetch packages from this archive (default: the one that this host uses).",
            HelpName = "URL",
        };
        var command = new System.CommandLine.Command("build", "Build an appliance from Debian packages; needs apt, but not root.") { folder, daemon, locked, mirror };
        command.SetAction(parsed =>
        {
            var request = new BuildRequest(FindDaemon(parsed.GetValue(daemon)), parsed.GetValue(mirror), ReadManifest(parsed.GetValue(locked)));
            output.WriteLine(BuildProgressBar.Run(error, progress => Build(parsed.GetValue(folder), request, progress, cancellationToken)));
            return 0;
        });
        return command;
    }

    private static string Build(string? folder, BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        var store = new ApplianceStore(CacheFolder.Open());
        if (folder is null)
        {
            return Path.GetDirectoryName(store.Build(request, progress, cancellationToken).Kernel)!;
        }

        store.BuildInto(folder, request, progress, cancellationToken);
        return folder;
    }

    private static string FindDaemon(string? given) =>
        given
        ?? ApplianceLocator.Daemon
        ?? throw new ApplianceException($"there is no {ApplianceLocator.DaemonName} beside this program: name the daemon with --daemon");

    private static ApplianceManifest? ReadManifest(string? path)
    {
        try
        {
            return path is null ? null : ApplianceFolder.ReadManifest(path);
        }
        catch (PosixException e)
        {
            throw new ApplianceException($"the manifest cannot be read: {e.Message}; name the manifest.json of an appliance", e);
        }
    }
}
