using System.Text.Json;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>One JSON document (docs/json.md).</summary>
internal static class InspectionJson
{
    /// <summary>Writes it, with a newline at its end.</summary>
    public static void Write(Stream output, IReadOnlyList<OperatingSystem> systems)
    {
        using var document = new MemoryStream();
        using (var json = new Utf8JsonWriter(document))
        {
            json.WriteStartObject();
            WriteArray(json, "operatingSystems", systems, Write);
            json.WriteEndObject();
        }

        output.Write(document.GetBuffer().AsSpan(0, (int)document.Length));
        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, OperatingSystem system)
    {
        JsonName.Write(json, "root", system.Root);
        WriteText(json, "type", system.Type);
        WriteText(json, "architecture", system.Architecture);
        WriteText(json, "distribution", system.Distribution);
        WriteText(json, "osinfo", system.Osinfo);
        WriteText(json, "productName", system.ProductName);
        WriteText(json, "productVariant", system.ProductVariant);
        json.WriteNumber("majorVersion", system.MajorVersion);
        json.WriteNumber("minorVersion", system.MinorVersion);
        WriteText(json, "buildId", system.BuildId);
        WriteText(json, "packageFormat", system.PackageFormat);
        WriteText(json, "packageManagement", system.PackageManagement);
        WriteText(json, "hostname", system.Hostname);
        Write(json, system.Windows);
        WriteArray(json, "mountpoints", system.Mountpoints, static (json, place) =>
        {
            JsonName.Write(json, "mountpoint", place.Mountpoint);
            JsonName.Write(json, "device", place.Device);
        });
        WriteArray(json, "filesystems", system.Filesystems, static (json, filesystem) =>
        {
            JsonName.Write(json, "device", filesystem.Device);
            WriteText(json, "type", filesystem.Type);
            WriteText(json, "label", filesystem.Label);
            WriteText(json, "uuid", filesystem.Uuid);
        });
        WriteArray(json, "driveMappings", system.Drives, static (json, drive) =>
        {
            JsonName.Write(json, "drive", drive.Name);
            JsonName.Write(json, "device", drive.Device);
        });
        WriteArray(json, "applications", system.Applications, Write);
        if (system.Icon.Length > 0)
        {
            json.WriteBase64String("icon", system.Icon);
        }
        else
        {
            json.WriteNull("icon");
        }
    }

    private static void Write(Utf8JsonWriter json, WindowsFacts? windows)
    {
        if (windows is null)
        {
            json.WriteNull("windows");
            return;
        }

        json.WriteStartObject("windows");
        WriteText(json, "systemRoot", windows.SystemRoot);
        WriteText(json, "currentControlSet", windows.ControlSet);
        WriteText(json, "softwareHive", windows.SoftwareHive);
        WriteText(json, "systemHive", windows.SystemHive);
        if (windows.HasGroupPolicy is { } policy)
        {
            json.WriteBoolean("groupPolicy", policy);
        }
        else
        {
            json.WriteNull("groupPolicy");
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Application2 application)
    {
        JsonName.Write(json, "name", application.App2Name);
        WriteText(json, "displayName", application.App2DisplayName);
        json.WriteNumber("epoch", application.App2Epoch);
        WriteText(json, "version", application.App2Version);
        WriteText(json, "release", application.App2Release);
        WriteText(json, "architecture", application.App2Arch);
        WriteText(json, "installPath", application.App2InstallPath);
        WriteText(json, "publisher", application.App2Publisher);
        WriteText(json, "url", application.App2Url);
        WriteText(json, "sourcePackage", application.App2SourcePackage);
        WriteText(json, "summary", application.App2Summary);
        WriteText(json, "description", application.App2Description);
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string property, IReadOnlyList<T>? items, Action<Utf8JsonWriter, T> write)
    {
        if (items is null)
        {
            json.WriteNull(property);
            return;
        }

        json.WriteStartArray(property);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string property, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            json.WriteNull(property);
        }
        else
        {
            JsonName.Write(json, property, text);
        }
    }
}
