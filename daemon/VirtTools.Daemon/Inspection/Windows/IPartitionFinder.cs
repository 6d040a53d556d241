namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Finds the partitions for which drive letters stand, by the kernel's name.</summary>
internal interface IPartitionFinder
{
    /// <summary>The partition of a GPT table with that identity; null where there is none.</summary>
    string? WithPartitionUuid(string uuid);

    /// <summary>The partition of a disk with an MBR table by the disk's signature and the byte at which the partition starts; null where there is none.</summary>
    string? OnDiskWithSignature(uint signature, long start);
}
