using System.Globalization;
using System.Numerics;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Daemon.Raid;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on Linux software RAID.</summary>
internal sealed class MdActions(DeviceTree tree, DeviceResolver devices, StorageActivation activation) : UnsupportedMdActions
{
    private const string ArrayPrefix = "md";
    private const string LinkFolder = "/dev/md"; // not there before the first array
    private const string StatusFile = "/proc/mdstat"; // not there before the first array
    private const string VariablePrefix = "MD_";
    private const int MostParts = 1024;
    private const int ChunkUnit = 1024;

    public override string[] ListMdDevices()
    {
        activation.EnsureActive();
        return [.. tree.WholeDevices()
            .Where(name => name.StartsWith(ArrayPrefix, StringComparison.Ordinal) && IsRunning(name))
            .Select(name => $"/dev/{name}")];
    }

    public override void MdCreate(
        string name, IReadOnlyList<string> devices, long? missingBitmap, int? nrDevices, int? spare, long? chunk, string? level)
    {
        if (name is "" || name.StartsWith('-'))
        {
            throw new DaemonException("EINVAL", $"name: no name for an md device: {name}");
        }

        var missing = (ulong)(missingBitmap ?? 0);
        var parts = Parts(devices, missing);
        var active = nrDevices ?? parts.Count - (spare ?? 0);
        Check(nrDevices is null or > 0, "nrdevices", nrDevices, "is not 1 or more");
        Check(spare is null or >= 0, "spare", spare, "is negative");
        Check(chunk is null || chunk > 0 && chunk % ChunkUnit == 0, "chunk", chunk, "is not a multiple of 1024 bytes");
        if (parts.Count != active + (spare ?? 0))
        {
            throw new DaemonException(
                "EINVAL", $"{name}: {devices.Count} devices and {BitOperations.PopCount(missing)} missing ones do not make {active} active and {spare ?? 0} spare");
        }

        List<string> argv = ["mdadm", "--create", name, "--run", "--level", Level(level), "--raid-devices", Text(active)];
        if (spare is { } spares)
        {
            argv.AddRange(["--spare-devices", Text(spares)]);
        }

        if (chunk is { } bytes)
        {
            argv.AddRange(["--chunk", Text(bytes / ChunkUnit)]);
        }

        ProgramRunner.Run([.. argv, .. parts]);
    }

    public override OrderedDictionary<string, string> MdDetail(string md)
    {
        var details = new OrderedDictionary<string, string>();
        foreach (var line in ProgramRunner.Run(["mdadm", "--detail", "--export", md]).Split('\n'))
        {
            var equals = line.IndexOf('=');
            if (equals <= 0)
            {
                continue;
            }

            var name = line[..equals];
            name = name.StartsWith(VariablePrefix, StringComparison.Ordinal) ? name[VariablePrefix.Length..] : name;
            var value = line[(equals + 1)..];
            details[name.ToLowerInvariant()] = value.StartsWith("/dev/", StringComparison.Ordinal) ? devices.ToApi(value) : value;
        }

        return details;
    }

    public override MdStat[] MdStat(string md)
    {
        var parts = MdStatusFile.Parse(SmallFile.TryRead(StatusFile) ?? "", KernelName(md))
            ?? throw new DaemonException("EINVAL", $"{devices.ToApi(md)}: not a running md device");
        return [.. parts.Select(part => part with { MdStatDevice = devices.ToApi(part.MdStatDevice) })];
    }

    public override void MdStop(string md)
    {
        var name = KernelName(md);
        ProgramRunner.Run(["mdadm", "--stop", md]);
        RemoveLinksTo(name);
        activation.AcceptPresent();
    }

    // There is no udev here that would remove them, and mdadm takes a number whose link is still there for taken: the next array would be md126.
    // The device file may outlive the array for a moment, so that the link still leads somewhere.
    private static void RemoveLinksTo(string name)
    {
        foreach (var path in Folder.List(LinkFolder).Select(link => $"{LinkFolder}/{link}"))
        {
            if (Descriptors.LStat(path).Kind == FileKind.SymbolicLink && Path.GetFileName(Descriptors.ReadLink(path)) == name)
            {
                Descriptors.Unlink(path);
            }
        }
    }

    private bool IsRunning(string name) =>
        tree.Attribute(name, "md/array_state") is { } state && state is not ("clear" or "inactive");

    // /dev/md/NAME is a link to /dev/md127, and the kernel's list has the latter.
    private static string KernelName(string path)
    {
        if (Descriptors.LStat(path).Kind != FileKind.SymbolicLink)
        {
            return path["/dev/".Length..];
        }

        var target = Descriptors.ReadLink(path);
        return target[(target.LastIndexOf('/') + 1)..];
    }

    private static List<string> Parts(IReadOnlyList<string> devices, ulong missing)
    {
        Check(devices.Count <= MostParts, "devices", devices.Count, $"is more than {MostParts}");
        var parts = new List<string>();
        var next = 0;
        for (var place = 0; missing != 0 || next < devices.Count; place++, missing >>= 1)
        {
            if ((missing & 1) != 0)
            {
                parts.Add("missing");
            }
            else if (next < devices.Count)
            {
                parts.Add(devices[next++]);
            }
            else
            {
                throw new DaemonException("EINVAL", "missingbitmap: a bit stands behind the last device");
            }
        }

        return parts;
    }

    private static string Level(string? level) => level switch
    {
        null => "raid1",
        "linear" or "raid0" or "0" or "stripe" or "raid1" or "1" or "mirror" or "raid4" or "4" or "raid5" or "5" or "raid6" or "6" or "raid10" or "10"
            => level,
        _ => throw new DaemonException("EINVAL", $"level: unknown RAID level: {level}"),
    };

    private static void Check(bool condition, string argument, long? value, string complaint)
    {
        if (!condition)
        {
            throw new DaemonException("EINVAL", $"{argument}: {value} {complaint}");
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
