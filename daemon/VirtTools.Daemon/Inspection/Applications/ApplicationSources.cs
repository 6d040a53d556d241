using VirtTools.Daemon.Inspection.Windows;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Reads the list of applications that a guest keeps.</summary>
/// <param name="files">The guest, with its file systems mounted.</param>
/// <param name="system">What inspection has found out about it.</param>
internal delegate IEnumerable<Application2> ReadApplications(GuestFiles files, InspectedSystem system);

/// <summary>Which list of applications belongs to which system. To add one, add an entry.</summary>
internal static class ApplicationSources
{
    /// <summary>By package format; by type for a system that has none.</summary>
    private static readonly Dictionary<string, ReadApplications> Readers = new()
    {
        ["apk"] = (files, _) => ApkDatabase.Read(files),
        ["deb"] = (files, _) => DpkgStatus.Read(files),
        ["ebuild"] = (files, _) => PortageDatabase.Read(files),
        ["freebsd"] = (files, _) => FreeBsdDatabase.Read(files),
        ["pacman"] = (files, _) => PacmanDatabase.Read(files),
        ["rpm"] = (files, _) => RpmDatabase.Read(files),
        ["windows"] = (files, system) => WindowsApplications.Read(files, system.Windows?.SoftwareHive).Select(program => program.ToApplication()),
        ["xbps"] = (files, _) => XbpsDatabase.Read(files),
    };

    /// <summary>The applications by name, as bytes compare; those of one name in the order of the guest's list.</summary>
    public static List<Application2> List(GuestFiles files, InspectedSystem system)
    {
        var reader = Readers.GetValueOrDefault(system.Distribution.PackageFormat) ?? Readers.GetValueOrDefault(system.Type);
        return reader is null ? [] : [.. ApplicationBounds.Limit(reader(files, system)).OrderBy(application => application.App2Name, StringComparer.Ordinal)];
    }
}
