using System.Globalization;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>What the hive SYSTEM says of the machine.</summary>
/// <param name="hive">The hive; null where it cannot be read.</param>
internal sealed class MachineSettings(RegistryHive? hive)
{
    private const uint LastControlSet = 999;

    /// <summary>The control set with which Windows started last, such as <c>ControlSet001</c>.</summary>
    public string? ControlSet => hive?.Find("Select")?.Value("Current")?.Dword is { } number and > 0 and <= LastControlSet
        ? string.Create(CultureInfo.InvariantCulture, $"ControlSet{number:D3}")
        : null;

    /// <summary>The name of the computer in the network, else its short name.</summary>
    public string? Hostname
    {
        get
        {
            var network = Setting("Services", "Tcpip", "Parameters");
            return network?.Text("Hostname") ?? network?.Text("NV Hostname")
                ?? Setting("Control", "ComputerName", "ComputerName")?.Text("ComputerName");
        }
    }

    /// <summary>The processor, in the API's words.</summary>
    public string? Architecture => Setting("Control", "Session Manager", "Environment")?.Text("PROCESSOR_ARCHITECTURE")?.ToUpperInvariant() switch
    {
        "AMD64" => "x86_64",
        "X86" => "i386",
        "ARM64" => "aarch64",
        "ARM" => "arm",
        "IA64" => "ia64",
        _ => null,
    };

    private RegistryKey? Setting(string first, string second, string third) =>
        ControlSet is { } name ? hive?.Find(name, first, second, third) : null;
}
