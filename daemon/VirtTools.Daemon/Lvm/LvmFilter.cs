using System.Text;
using VirtTools.Daemon.Devices;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Lvm;

/// <summary>Patterns that let lvm see some devices and no others.</summary>
internal static class LvmFilter
{
    /// <summary>The patterns for devices; a whole disk stands for its partitions too.</summary>
    /// <exception cref="DaemonException">EINVAL: a name that cannot be written as a pattern.</exception>
    public static List<string> For(IEnumerable<string> devices, DeviceTree tree)
    {
        var whole = tree.WholeDevices().Select(name => $"/dev/{name}").ToHashSet();
        var patterns = new List<string>();
        foreach (var device in devices)
        {
            patterns.Add($"a|^{Literal(device)}{(whole.Contains(device) ? "(p?[0-9]+)?" : "")}$|");
        }

        patterns.Add("r|.*|");
        return patterns;
    }

    // Names end up inside a regular expression inside a quoted string of the configuration language.
    private static string Literal(string device)
    {
        var text = new StringBuilder();
        foreach (var c in device)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or ':' or '@')
            {
                text.Append(c);
            }
            else if (c is '.' or '+')
            {
                text.Append('[').Append(c).Append(']');
            }
            else
            {
                throw new DaemonException("EINVAL", $"{device}: lvm cannot filter a device of that name");
            }
        }

        return text.ToString();
    }
}
