using System.Globalization;
using System.Xml;

namespace VirtTools.Libvirt;

/// <summary>
/// Reads the disks out of libvirt's description of a guest. Whoever may define a guest wrote it, so it is read with bounds, and a document type,
/// whose entities could name files, is refused.
/// </summary>
internal static class DomainXml
{
    private const int LargestDocument = 16 * 1024 * 1024;
    private const int MostDisks = 1024;
    private const int Deepest = 256;

    /// <summary>The disks in the order of the description, which is that of the guest.</summary>
    /// <exception cref="LibvirtException">It cannot be read.</exception>
    public static IReadOnlyList<DomainDisk> DisksOf(string xml, string guest)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LargestDocument,
            CloseInput = true,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), settings);
            return Read(reader, guest);
        }
        catch (XmlException e)
        {
            throw new LibvirtException("EINVAL", $"{guest}: libvirt's description of the guest cannot be read: {e.Message}; name its images with -a");
        }
    }

    private static List<DomainDisk> Read(XmlReader reader, string guest)
    {
        var disks = new List<DomainDisk>();
        var path = new List<string>();
        DiskElements? current = null;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                path.RemoveRange(reader.Depth, path.Count - reader.Depth);
                path.Add(reader.LocalName);
                if (path.Count > Deepest || disks.Count > MostDisks)
                {
                    throw new LibvirtException("EINVAL", $"{guest}: libvirt's description of the guest is nested too deeply or has more than {MostDisks} disks; name its images with -a");
                }

                if (path is ["domain", "devices", "disk", .. var rest])
                {
                    current = rest.Count == 0 ? new DiskElements() : current;
                    current!.Take(string.Join('/', rest), reader);
                    if (rest.Count == 0 && reader.IsEmptyElement)
                    {
                        disks.Add(current.ToDisk());
                    }
                }
            }
            else if (reader.NodeType == XmlNodeType.EndElement && reader.Depth == 2 && path is ["domain", "devices", "disk", ..])
            {
                disks.Add(current!.ToDisk());
            }
        }

        return disks;
    }

    /// <summary>Gathers what the elements of one disk say.</summary>
    private sealed class DiskElements
    {
        private const int MostServers = 64;

        private const string BackingStore = "backingStore/";

        private readonly List<string> servers = [];

        // The chain is nested: what stands at which depth of it.
        private readonly Dictionary<int, string> backingFiles = [];
        private readonly Dictionary<int, string> backingFormats = [];
        private DomainDisk disk = new();
        private string? file;
        private string? device;
        private string? name;
        private string? volume;

        public void Take(string element, XmlReader reader)
        {
            if (element.StartsWith(BackingStore, StringComparison.Ordinal))
            {
                TakeBacking(element, reader);
                return;
            }

            switch (element)
            {
                case "":
                    disk = disk with { TypeName = reader.GetAttribute("type") ?? "file" };
                    break;
                case "driver":
                    disk = disk with { Format = NonEmpty(reader.GetAttribute("type")) };
                    break;
                case "source":
                    TakeSource(reader);
                    break;
                case "source/host" when servers.Count < MostServers:
                    servers.Add(Server(reader));
                    break;
                case "source/slices/slice":
                    disk = disk with { IsSlice = true };
                    break;
                case "auth" or "source/auth":
                    disk = disk with { User = NonEmpty(reader.GetAttribute("username")) };
                    break;
                case "auth/secret" or "source/auth/secret":
                    disk = disk with { Secret = new(NonEmpty(reader.GetAttribute("uuid")), UsageOf(reader.GetAttribute("type")), reader.GetAttribute("usage") ?? "") };
                    break;
                case "target":
                    disk = disk with { Target = reader.GetAttribute("dev") ?? "" };
                    break;
                case "readonly":
                    disk = disk with { IsReadOnly = true };
                    break;
                case "blockio":
                    disk = disk with { BlockSize = reader.GetAttribute("logical_block_size") is "4096" ? 4096 : null };
                    break;
            }
        }

        public DomainDisk ToDisk()
        {
            var (kind, source) = disk.TypeName switch
            {
                "file" => (DomainDiskKind.File, file),
                "block" => (DomainDiskKind.Block, device),
                "network" => (DomainDiskKind.Network, disk.Protocol is null ? null : name ?? ""),
                "volume" => (DomainDiskKind.Volume, volume),
                _ => (DomainDiskKind.Other, file ?? device ?? name ?? ""),
            };
            return disk with { Kind = kind, Source = kind is DomainDiskKind.Network or DomainDiskKind.Other ? source : NonEmpty(source), Servers = servers, BackingFormats = FormatsByPath() };
        }

        private Dictionary<string, string> FormatsByPath()
        {
            var formats = new Dictionary<string, string>();
            foreach (var (depth, path) in backingFiles)
            {
                if (backingFormats.TryGetValue(depth, out var format))
                {
                    formats[path] = format;
                }
            }

            return formats;
        }

        private void TakeBacking(string element, XmlReader reader)
        {
            var depth = 0;
            for (; element.StartsWith(BackingStore, StringComparison.Ordinal); depth++)
            {
                element = element[BackingStore.Length..];
            }

            if (element == "format" && NonEmpty(reader.GetAttribute("type")) is { } format)
            {
                backingFormats[depth] = format;
            }
            else if (element == "source" && NonEmpty(reader.GetAttribute("file") ?? reader.GetAttribute("dev")) is { } path)
            {
                backingFiles[depth] = path;
            }
        }

        private void TakeSource(XmlReader reader)
        {
            file = reader.GetAttribute("file");
            device = reader.GetAttribute("dev");
            name = reader.GetAttribute("name");
            volume = reader.GetAttribute("volume");
            disk = disk with
            {
                Protocol = NonEmpty(reader.GetAttribute("protocol")),
                Pool = NonEmpty(reader.GetAttribute("pool")),
                IsOptional = reader.GetAttribute("startupPolicy") is "optional" or "requisite",
            };
            if (name is not null && reader.GetAttribute("query") is { Length: > 0 } query)
            {
                name = $"{name}?{query}";
            }
        }

        private static string Server(XmlReader reader)
        {
            if (reader.GetAttribute("transport") == "unix")
            {
                return "unix:" + reader.GetAttribute("socket");
            }

            var host = reader.GetAttribute("name") ?? "";
            var port = reader.GetAttribute("port");
            host = host.Contains(':') ? $"[{host}]" : host;
            return string.IsNullOrEmpty(port) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        }

        private static SecretUsage UsageOf(string? type) => type switch
        {
            "volume" => SecretUsage.Volume,
            "ceph" => SecretUsage.Ceph,
            "iscsi" => SecretUsage.Iscsi,
            "tls" => SecretUsage.Tls,
            _ => SecretUsage.None,
        };

        private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }
}
