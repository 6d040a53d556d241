using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Lvm;

/// <summary>
/// Runs <c>lvm</c>. What its configuration file would say is given on each command line, because the appliance's root is read-only: no backups
/// of metadata, no udev, no list of devices, and the filter that the caller set.
/// </summary>
internal sealed class LvmProgram
{
    private const string Settings =
        "backup{backup=0 archive=0} devices{obtain_device_list_from_udev=0 use_devicesfile=0 hints=\"none\"} "
        + "activation{udev_sync=0 udev_rules=0 monitoring=0} global{event_activation=0}";

    private string _filter = "";

    /// <summary>Runs a command of lvm(8) and gives what it prints.</summary>
    /// <param name="command">Such as <c>vgcreate</c>.</param>
    /// <param name="arguments">Options first; what could look like an option comes behind <c>--</c>.</param>
    /// <exception cref="DaemonException">It failed; the message holds what it said.</exception>
    public string Run(string command, params ReadOnlySpan<string> arguments) => ProgramRunner.Run(CommandLine(command, arguments));

    /// <summary>The command line by which <see cref="Run"/> runs a command.</summary>
    public string[] CommandLine(string command, params ReadOnlySpan<string> arguments) =>
        ["lvm", command, "--config", Settings + _filter, .. arguments];

    /// <summary>Reports on what lvm knows.</summary>
    /// <param name="command"><c>pvs</c>, <c>vgs</c> or <c>lvs</c>.</param>
    /// <param name="fields">Names of the fields.</param>
    /// <param name="arguments">Further options, and of what to report.</param>
    /// <exception cref="DaemonException">It failed, or its report cannot be read (EIO).</exception>
    public List<LvmReportRow> Report(string command, ReadOnlySpan<string> fields, params ReadOnlySpan<string> arguments)
    {
        var text = Run(
            command, ["--reportformat", "json", "--units", "b", "--nosuffix", "--unbuffered", "-o", string.Join(',', fields!), .. arguments]);
        return LvmReport.Parse(Posix.ByteString.GetBytes(text));
    }

    /// <summary>Lets lvm see only some devices, or all of them where there are no patterns.</summary>
    /// <param name="patterns">As the setting <c>devices/filter</c> takes them.</param>
    public void SetFilter(IReadOnlyList<string> patterns) =>
        _filter = patterns.Count == 0 ? "" : $" devices/filter=[{string.Join(',', patterns.Select(pattern => $"\"{pattern}\""))}]";
}
