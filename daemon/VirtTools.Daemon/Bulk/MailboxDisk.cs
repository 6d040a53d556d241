using VirtTools.Daemon.Devices;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Bulk;

/// <summary>The disk that is the mailbox.</summary>
/// <param name="Path">Its device file.</param>
/// <param name="Number">Its device number: no drive of the user.</param>
internal sealed record MailboxDisk(string Path, DeviceNumber Number)
{
    private const string VirtioPrefix = "vd";

    /// <summary>Finds it by its serial number, which no drive of the user can have: labels are letters alone.</summary>
    /// <returns>Null where the library has attached none.</returns>
    public static MailboxDisk? Find(DeviceTree tree)
    {
        foreach (var device in tree.WholeDevices())
        {
            if (device.StartsWith(VirtioPrefix, StringComparison.Ordinal)
                && tree.Attribute(device, "serial")?.Trim() == MailboxLayout.Serial
                && tree.Size(device) == MailboxLayout.DiskSize
                && tree.Number(device) is { } number)
            {
                return new($"/dev/{device}", number);
            }
        }

        return null;
    }
}
