using System.Globalization;
using System.Text;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>The short table for people: a line a fact, nothing that is not known.</summary>
internal static class InspectionTable
{
    private const int LabelWidth = 16;

    /// <summary>The text, one block an operating system.</summary>
    public static string Format(IReadOnlyList<OperatingSystem> systems) => string.Join('\n', systems.Select(Format));

    private static string Format(OperatingSystem system)
    {
        var text = new StringBuilder();
        Add(text, "Root", system.Root);
        Add(text, "Product", system.ProductName);
        Add(text, "Variant", system.ProductVariant);
        Add(text, "System", Together(" / ", system.Type, system.Distribution == system.Type ? null : system.Distribution, system.Osinfo));
        Add(text, "Version", Version(system));
        Add(text, "Architecture", system.Architecture);
        Add(text, "Host name", system.Hostname);
        Add(text, "Packages", Together(", ", system.PackageFormat, system.PackageManagement));
        Add(text, "Windows folder", system.Windows?.SystemRoot);
        Add(text, "Group policy", system.Windows?.HasGroupPolicy == true ? "yes" : null);
        AddList(text, "Mounted", system.Mountpoints.Select(place => $"{place.Mountpoint} from {place.Device}"));
        AddList(text, "File systems", system.Filesystems.Select(Describe));
        AddList(text, "Drives", system.Drives.Select(drive => $"{drive.Name}: is {drive.Device}"));
        Add(text, "Applications", system.Applications is { } applications
            ? string.Create(CultureInfo.InvariantCulture, $"{applications.Count}{(applications.Count > 0 ? " (--json and --xml list them)" : "")}")
            : null);
        return text.ToString();
    }

    private static string Version(OperatingSystem system)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"{system.MajorVersion}.{system.MinorVersion}");
        return system.BuildId is { } build ? $"{version} (build {build})" : version;
    }

    private static string Describe(UsedFilesystem filesystem) =>
        Together(", ", filesystem.Device, filesystem.Type, filesystem.Label is { } label ? $"label {label}" : null)!;

    private static string? Together(string separator, params IEnumerable<string?> parts) =>
        parts.Where(part => part is not null).ToArray() is { Length: > 0 } known ? string.Join(separator, known) : null;

    private static void AddList(StringBuilder text, string label, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Add(text, label, line);
            label = "";
        }
    }

    private static void Add(StringBuilder text, string label, string? value)
    {
        if (value is not null)
        {
            text.Append(label.PadRight(LabelWidth)).Append(Printable.Line(value)).Append('\n');
        }
    }
}
