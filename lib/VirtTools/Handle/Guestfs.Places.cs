using VirtTools.Appliance;
using VirtTools.Handle;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>Where the handle finds and puts things on the host.</summary>
public sealed partial class Guestfs
{
    private bool _warnedAboutBackend;

    private string TemporaryPath => ChooseTemporaryFolder().Path;

    /// <summary>Where the cache folder is, whether or not it exists yet.</summary>
    private string CachePlacePath
    {
        get
        {
            try
            {
                return CachePlace.FromEnvironment(VariableWithSettings);
            }
            catch (ApplianceException e)
            {
                throw new GuestfsException(ActionDescriptors.GetCachedir.Name, "ENOENT", e.Message, e);
            }
        }
    }

    /// <summary>The cache folder if it can be used; a launch works without one.</summary>
    private string? UsableCacheFolder
    {
        get
        {
            try
            {
                return CacheFolder.Open(CachePlacePath).Path;
            }
            catch (Exception e) when (e is ApplianceException or PosixException or GuestfsException)
            {
                Tell($"nothing is kept for later launches: {e.Message}");
                return null;
            }
        }
    }

    private ApplianceLocator Locator => new(_settings.AppliancePath ?? "", ApplianceLocator.SystemFolder, () => new(CacheFolder.Open(CachePlacePath)));

    private TemporaryFolder ChooseTemporaryFolder() =>
        _settings.TemporaryFolder is { } chosen ? new TemporaryFolder(chosen, "the handle's setting") : TemporaryFolder.Choose(EnvironmentSettings.Lookup);

    private string FindHypervisor()
    {
        try
        {
            return QemuBinary.Find(null).Path;
        }
        catch (LaunchException e)
        {
            throw new GuestfsException(ActionDescriptors.GetHv.Name, "ENOENT", e.Message, e);
        }
    }

    private ApplianceFiles LocateAppliance() => Locator.FindOrBuild(new BuildReport(this), CancellationToken.None);

    private Task<ApplianceFiles> LocateApplianceAsync(CancellationToken cancellationToken) =>
        Locator.FindOrBuildAsync(new BuildReport(this), cancellationToken);

    private string? VariableWithSettings(string name) =>
        name == "LIBGUESTFS_CACHEDIR" ? _settings.CacheFolder : EnvironmentSettings.Lookup(name);

    private void WarnOnce(string message)
    {
        if (!_warnedAboutBackend)
        {
            _warnedAboutBackend = true;
            Warn(message);
        }
    }

    /// <summary>Tells how far something has come that a launch does once.</summary>
    private void ReportLaunch(string stage, double fraction)
    {
        const ulong Total = 1000;
        _events.Raise(new GuestEvent(
            GuestEvents.Progress, stage, new CallProgress(ActionDescriptors.Launch.Name, (ulong)(Math.Clamp(fraction, 0, 1) * Total), Total)));
    }

    /// <summary>Hands the progress of building the appliance on as events of the launch.</summary>
    private sealed class BuildReport(Guestfs handle) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => handle.ReportLaunch(value.Stage, value.Fraction);
    }
}
