using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>What libblkid says of a device: names and values such as TYPE, LABEL, UUID.</summary>
internal sealed record BlockIdentity(IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Nothing recognised.</summary>
    public static readonly BlockIdentity Unknown = new(new Dictionary<string, string>());

    /// <summary>The value of a tag, null where the device has none.</summary>
    public string? Tag(string name) => Tags.GetValueOrDefault(name);

    /// <summary>Type of the file system, swap area or volume member.</summary>
    public string? Type => Tag("TYPE");
}

/// <summary>
/// The probing of libblkid inside the daemon: no program starts, however many devices are asked about. The library is loaded when first
/// needed, since most calls get by without it.
/// </summary>
internal static unsafe class BlockIdLibrary
{
    private const string FileName = "libblkid.so.1";
    private const int SuperblockFlags = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 8; // LABEL, LABELRAW, UUID, UUIDRAW, TYPE, VERSION
    private const int PartitionEntryDetails = 1 << 2; // BLKID_PARTS_ENTRY_DETAILS
    private const int Found = 0;
    private const int Ambivalent = -2;

    private static Functions? functions;

    /// <summary>Probes the content of a device for a file system, or a member of a volume.</summary>
    /// <exception cref="PosixException">The device cannot be opened.</exception>
    /// <exception cref="DaemonException">The library is missing.</exception>
    public static BlockIdentity Probe(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return Probe(file);
    }

    /// <summary>The same, with what the partition table says of a partition (<c>PART_ENTRY_TYPE</c>, <c>PART_ENTRY_UUID</c> and the like).</summary>
    /// <exception cref="PosixException">The device cannot be opened.</exception>
    /// <exception cref="DaemonException">The library is missing, or finds two kinds of content.</exception>
    public static BlockIdentity ProbePartition(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return Probe(file, PartitionEntryDetails);
    }

    /// <summary>The same for an open device or file.</summary>
    /// <exception cref="DaemonException">The library is missing, or finds two kinds of content.</exception>
    public static BlockIdentity Probe(SafeFileHandle file) => Probe(file, partitionFlags: 0);

    private static BlockIdentity Probe(SafeFileHandle file, int partitionFlags)
    {
        functions ??= Functions.Load();
        using var use = new HandleUse(file);
        var probe = functions.NewProbe();
        if (probe == 0)
        {
            throw new OutOfMemoryException();
        }

        try
        {
            if (functions.SetDevice(probe, use.Number, 0, 0) != 0)
            {
                return BlockIdentity.Unknown;
            }

            functions.EnableSuperblocks(probe, 1);
            functions.SetSuperblockFlags(probe, SuperblockFlags);
            if (partitionFlags != 0)
            {
                functions.EnablePartitions(probe, 1);
                functions.SetPartitionFlags(probe, partitionFlags);
            }

            return functions.DoSafeProbe(probe) switch
            {
                Found => new(Values(probe)),
                Ambivalent => throw new DaemonException("EINVAL", "the device carries the marks of several file systems"),
                _ => BlockIdentity.Unknown,
            };
        }
        finally
        {
            functions.FreeProbe(probe);
        }
    }

    private static Dictionary<string, string> Values(nint probe)
    {
        var tags = new Dictionary<string, string>();
        var count = functions!.ValueCount(probe);
        for (var i = 0; i < count; i++)
        {
            byte* name;
            byte* value;
            nuint length;
            if (functions.GetValue(probe, i, &name, &value, &length) == 0)
            {
                var text = new ReadOnlySpan<byte>(value, (int)Math.Min(length, 4096));
                tags[ByteString.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name))] = ByteString.GetString(text.TrimEnd((byte)0));
            }
        }

        return tags;
    }

    private sealed class Functions
    {
        public required delegate* unmanaged<nint> NewProbe { get; init; }

        public required delegate* unmanaged<nint, void> FreeProbe { get; init; }

        public required delegate* unmanaged<nint, int, long, long, int> SetDevice { get; init; }

        public required delegate* unmanaged<nint, int, int> EnableSuperblocks { get; init; }

        public required delegate* unmanaged<nint, int, int> SetSuperblockFlags { get; init; }

        public required delegate* unmanaged<nint, int, int> EnablePartitions { get; init; }

        public required delegate* unmanaged<nint, int, int> SetPartitionFlags { get; init; }

        public required delegate* unmanaged<nint, int> DoSafeProbe { get; init; }

        public required delegate* unmanaged<nint, int> ValueCount { get; init; }

        public required delegate* unmanaged<nint, int, byte**, byte**, nuint*, int> GetValue { get; init; }

        public static Functions Load()
        {
            if (!NativeLibrary.TryLoad(FileName, out var library))
            {
                throw new DaemonException("ENOENT", $"the appliance lacks {FileName}, which recognises file systems");
            }

            return new()
            {
                NewProbe = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "blkid_new_probe"),
                FreeProbe = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "blkid_free_probe"),
                SetDevice = (delegate* unmanaged<nint, int, long, long, int>)NativeLibrary.GetExport(library, "blkid_probe_set_device"),
                EnableSuperblocks = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "blkid_probe_enable_superblocks"),
                SetSuperblockFlags = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "blkid_probe_set_superblocks_flags"),
                EnablePartitions = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "blkid_probe_enable_partitions"),
                SetPartitionFlags = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "blkid_probe_set_partitions_flags"),
                DoSafeProbe = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "blkid_do_safeprobe"),
                ValueCount = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "blkid_probe_numof_values"),
                GetValue = (delegate* unmanaged<nint, int, byte**, byte**, nuint*, int>)NativeLibrary.GetExport(library, "blkid_probe_get_value"),
            };
        }
    }
}
