using VirtTools.Daemon.Programs;

namespace VirtTools.Daemon.Inspection;

/// <summary>An md array of the appliance.</summary>
/// <param name="Device">By the kernel's name.</param>
/// <param name="Uuid">As mdadm writes it.</param>
/// <param name="Name">Host, a colon, and what the host calls it; empty for an array of the old format.</param>
internal sealed record MdArray(string Device, string Uuid, string Name)
{
    /// <summary>Asks mdadm; null where it does not know.</summary>
    public static MdArray? Read(string device)
    {
        var shown = ProgramRunner.TryRun(["mdadm", "--detail", "--export", device]);
        if (!shown.IsSuccess)
        {
            return null;
        }

        var values = KeyValueFile.Parse(shown.OutputText);
        return new(device, values.GetValueOrDefault("MD_UUID", ""), values.GetValueOrDefault("MD_NAME", ""));
    }
}
