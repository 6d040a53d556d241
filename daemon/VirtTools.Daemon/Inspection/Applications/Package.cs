namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>What the package formats of Unix tell of a package.</summary>
internal sealed class Package
{
    public string Name { get; set; } = "";

    public PackageVersion Version { get; set; } = new(0, "", "");

    public string Architecture { get; set; } = "";

    public string Publisher { get; set; } = "";

    public string Url { get; set; } = "";

    public string Source { get; set; } = "";

    public string Summary { get; set; } = "";

    public string Description { get; set; } = "";

    public Application2 ToApplication() => new(
        Name, "", Version.Epoch, Version.Version, Version.Release, Architecture, "", "", Publisher, Url, Source, Summary, Description, "", "", "", "");
}
