namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>What the API tells of a Windows beyond what every guest has.</summary>
/// <param name="SystemRoot">Its folder, such as <c>/Windows</c>.</param>
/// <param name="SoftwareHive">Path of the hive SOFTWARE; null where there is none.</param>
/// <param name="SystemHive">Path of the hive SYSTEM; null where there is none.</param>
internal sealed record WindowsSystem(string SystemRoot, string? SoftwareHive, string? SystemHive)
{
    /// <summary>The control set in use; null where the registry does not say.</summary>
    public string? ControlSet { get; init; }

    /// <summary>Whether a group policy holds.</summary>
    public bool HasGroupPolicy { get; init; }

    /// <summary>Letter and device by the kernel's name, in the registry's order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Drives { get; init; } = [];
}
