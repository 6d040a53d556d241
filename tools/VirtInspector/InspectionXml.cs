using System.Globalization;

namespace VirtTools.Commands;

/// <summary>The XML of the original, element by element in its order.</summary>
internal static class InspectionXml
{
    /// <summary>The document.</summary>
    public static string Format(IReadOnlyList<OperatingSystem> systems)
    {
        var xml = new XmlText();
        xml.Element("operatingsystems", () =>
        {
            foreach (var system in systems)
            {
                xml.Element("operatingsystem", () => Write(xml, system));
            }
        });
        return xml.ToString();
    }

    private static void Write(XmlText xml, OperatingSystem system)
    {
        xml.Text("root", system.Root);
        xml.Optional("name", system.Type);
        xml.Optional("arch", system.Architecture);
        xml.Optional("distro", system.Distribution);
        xml.Optional("product_name", system.ProductName);
        xml.Optional("product_variant", system.ProductVariant);
        xml.Text("major_version", Number(system.MajorVersion));
        xml.Text("minor_version", Number(system.MinorVersion));
        xml.Optional("windows_systemroot", system.Windows?.SystemRoot);
        xml.Optional("windows_current_control_set", system.Windows?.ControlSet);
        xml.Optional("package_format", system.PackageFormat);
        xml.Optional("package_management", system.PackageManagement);
        xml.Optional("hostname", system.Hostname);
        xml.Optional("osinfo", system.Osinfo);
        WritePlaces(xml, system);
        if (system.Applications is { } applications)
        {
            xml.Element("applications", () =>
            {
                foreach (var application in applications)
                {
                    xml.Element("application", () => Write(xml, application));
                }
            });
        }

        if (system.Icon.Length > 0)
        {
            xml.Bytes("icon", system.Icon);
        }
    }

    private static void WritePlaces(XmlText xml, OperatingSystem system)
    {
        xml.Element("mountpoints", () =>
        {
            foreach (var place in system.Mountpoints)
            {
                xml.Text("mountpoint", place.Mountpoint, ("dev", place.Device));
            }
        });
        xml.Element("filesystems", () =>
        {
            foreach (var filesystem in system.Filesystems)
            {
                xml.Element("filesystem", () => Write(xml, filesystem), ("dev", filesystem.Device));
            }
        });
        if (system.Drives.Count > 0)
        {
            xml.Element("drive_mappings", () =>
            {
                foreach (var drive in system.Drives)
                {
                    xml.Text("drive_mapping", drive.Device, ("name", drive.Name));
                }
            });
        }
    }

    private static void Write(XmlText xml, UsedFilesystem filesystem)
    {
        xml.Optional("type", filesystem.Type);
        xml.Optional("label", filesystem.Label);
        xml.Optional("uuid", filesystem.Uuid);
    }

    private static void Write(XmlText xml, Application2 application)
    {
        xml.Text("name", application.App2Name);
        xml.Optional("display_name", application.App2DisplayName);
        xml.Optional("epoch", application.App2Epoch != 0 ? Number(application.App2Epoch) : null);
        xml.Optional("version", application.App2Version);
        xml.Optional("release", application.App2Release);
        xml.Optional("arch", application.App2Arch);
        xml.Optional("install_path", application.App2InstallPath);
        xml.Optional("publisher", application.App2Publisher);
        xml.Optional("url", application.App2Url);
        xml.Optional("source_package", application.App2SourcePackage);
        xml.Optional("summary", application.App2Summary);
        xml.Optional("description", application.App2Description);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
