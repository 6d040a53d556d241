using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using VirtTools.Images;
using VirtTools.Posix;
using VirtTools.Remote;

namespace VirtTools.Launch;

/// <summary>A descriptor that QEMU finds as <c>/dev/fdset/SET</c>, or for a remote disk a socket that QEMU finds by its number.</summary>
/// <param name="Set">The number of the set.</param>
/// <param name="Handle">The open file.</param>
/// <param name="Remote">The disk to connect to, for each QEMU anew; null for a file.</param>
internal readonly record struct DescriptorSet(int Set, SafeFileHandle Handle, RemoteDisk? Remote = null);

/// <summary>
/// What QEMU's block layer shall make of a drive: the descriptors and the nodes over them, base first. Nothing is left to QEMU's guesses: no
/// format is probed, no file is named, and a node without a backing file says so.
/// </summary>
/// <param name="Files">The files, to be handed over before the nodes are added.</param>
/// <param name="Nodes">Arguments of <c>blockdev-add</c> as JSON objects, in the order in which they must be added.</param>
/// <param name="TopNode">The name of the node for the device.</param>
internal sealed record BlockGraph(IReadOnlyList<DescriptorSet> Files, IReadOnlyList<string> Nodes, string TopNode)
{
    /// <summary>The graph of a drive whose descriptors are numbered from <paramref name="firstSet"/>.</summary>
    public static BlockGraph Of(LaunchDrive drive, int firstSet) => Of(LaunchDrive.NodePrefix(drive.Index), drive, firstSet);

    /// <summary>The graph of a disk that is no drive of the user's, with node names that begin with <paramref name="prefix"/>.</summary>
    public static BlockGraph Of(string prefix, LaunchDrive drive, int firstSet)
    {
        List<DescriptorSet> files = [];
        List<string> nodes = [];
        string? below = null;
        for (var depth = drive.Layers.Count - 1; depth >= 0; depth--)
        {
            var layer = drive.Layers[depth];
            var set = firstSet + depth;
            var name = $"{prefix}-{depth}";
            files.Add(new(set, layer.Handle, (layer as RemoteLayer)?.Disk));
            nodes.Add(layer is RemoteLayer ? SocketNode(drive, layer, QemuCommandLine.DescriptorOf(firstSet + files.Count - 1), FileName(name)) : FileNode(drive, layer, set, FileName(name)));
            nodes.Add(FormatNode(drive, layer, name, below));
            below = name;
        }

        if (drive.CopyOnRead && drive.Layers is [{ ReadOnly: false }, _, ..])
        {
            nodes.Add(CopyOnReadNode(prefix, below!));
            below = prefix;
        }

        return new(files, nodes, below!);
    }

    private static string FileName(string formatNode) => formatNode + "-file";

    private static string FileNode(LaunchDrive drive, ImageLayer layer, int set, string name) => Json.Object(writer =>
    {
        var isDevice = Descriptors.Stat(layer.Handle).Kind == FileKind.BlockDevice;
        writer.WriteString("driver", isDevice ? "host_device" : "file");
        writer.WriteString("node-name", name);
        writer.WriteString("filename", $"/dev/fdset/{set}");

        // A read-only drive may belong to a running guest, which holds QEMU's lock; we never write, so we need none.
        writer.WriteString("locking", drive.ReadOnly ? "off" : "auto");
        WriteCommon(writer, drive, layer);
    });

    private static string SocketNode(LaunchDrive drive, ImageLayer layer, int descriptor, string name) => Json.Object(writer =>
    {
        writer.WriteString("driver", "nbd");
        writer.WriteString("node-name", name);
        writer.WriteStartObject("server");
        writer.WriteString("type", "fd");
        writer.WriteString("str", $"{descriptor}");
        writer.WriteEndObject();
        writer.WriteString("export", RemoteDisk.ExportName);
        WriteCommon(writer, drive, layer);
    });

    private static string FormatNode(LaunchDrive drive, ImageLayer layer, string name, string? below) => Json.Object(writer =>
    {
        writer.WriteString("driver", layer.Format);
        writer.WriteString("node-name", name);
        writer.WriteString("file", FileName(name));
        if (layer.RawSize is { } size && size % 512 == 0)
        {
            writer.WriteNumber("size", size);
        }

        // The formats that can name a backing file in their header; without this member QEMU would open what the image names.
        if (layer.Format is "qcow2" or "qcow" or "qed" or "vmdk")
        {
            writer.WriteString("backing", below);
        }

        WriteCommon(writer, drive, layer);
    });

    private static string CopyOnReadNode(string name, string below) => Json.Object(writer =>
    {
        writer.WriteString("driver", "copy-on-read");
        writer.WriteString("node-name", name);
        writer.WriteString("file", below);
    });

    private static void WriteCommon(Utf8JsonWriter writer, LaunchDrive drive, ImageLayer layer)
    {
        writer.WriteBoolean("read-only", layer.ReadOnly);
        writer.WriteBoolean("auto-read-only", false);
        writer.WriteString("discard", drive.Discard && !layer.ReadOnly ? "unmap" : "ignore");
        writer.WriteStartObject("cache");
        writer.WriteBoolean("direct", false);

        // What is thrown away needs no flush.
        writer.WriteBoolean("no-flush", drive.IgnoreFlushes || drive.ReadOnly);
        writer.WriteEndObject();
    }
}
