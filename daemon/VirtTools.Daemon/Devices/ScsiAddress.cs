using System.Globalization;

namespace VirtTools.Daemon.Devices;

/// <summary>Address of a SCSI disk, in the order in which addresses sort.</summary>
internal readonly record struct ScsiAddress(int Host, int Channel, int Target, int Lun) : IComparable<ScsiAddress>
{
    /// <summary>Finds the part of a sysfs path that is an address, such as <c>2:0:1:0</c>.</summary>
    /// <param name="path">Where the link /sys/block/NAME points.</param>
    /// <returns>Null where the disk is no SCSI disk.</returns>
    public static ScsiAddress? Find(string path)
    {
        foreach (var range in path.AsSpan().Split('/'))
        {
            if (Parse(path.AsSpan(range)) is { } address)
            {
                return address;
            }
        }

        return null;
    }

    public int CompareTo(ScsiAddress other)
    {
        var order = Host.CompareTo(other.Host);
        order = order != 0 ? order : Channel.CompareTo(other.Channel);
        order = order != 0 ? order : Target.CompareTo(other.Target);
        return order != 0 ? order : Lun.CompareTo(other.Lun);
    }

    private static ScsiAddress? Parse(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[5];
        if (text.Split(parts, ':') != 4)
        {
            return null;
        }

        Span<int> numbers = stackalloc int[4];
        for (var i = 0; i < 4; i++)
        {
            if (!int.TryParse(text[parts[i]], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return new(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
