using System.Globalization;
using System.Text;

namespace VirtTools.Launch;

/// <summary>Properties of a device.</summary>
internal static class DeviceProperties
{
    /// <summary>As <c>driver,name=value</c>, for <c>-device</c>: QEMU before 6.2 takes no JSON there. Values are strings and whole numbers; a comma in a value is doubled.</summary>
    public static string Option(IEnumerable<(string Name, object Value)> properties)
    {
        var option = new StringBuilder();
        foreach (var (name, value) in properties)
        {
            option.Append(option.Length == 0 ? "" : $",{name}=");
            option.Append(Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace(",", ",,"));
        }

        return option.ToString();
    }
}
