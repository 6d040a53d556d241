namespace VirtTools.Daemon.Partitions;

/// <summary>Kinds of partition table that the daemon reads by itself.</summary>
internal enum TableKind
{
    Mbr,
    Gpt,
}

/// <summary>What an entry of an MBR table is; in a GPT table every entry is a primary one.</summary>
internal enum PartitionRole
{
    Primary,
    Extended,
    Logical,
}

/// <summary>A partition as its table lists it; offsets in bytes.</summary>
/// <param name="Number">From 1; logical partitions of an MBR table from 5.</param>
/// <param name="Start">First byte.</param>
/// <param name="Size">Bytes.</param>
internal sealed record TableEntry(int Number, long Start, long Size)
{
    /// <summary>Kind of MBR entry.</summary>
    public PartitionRole Role { get; init; }

    /// <summary>Type byte of an MBR entry.</summary>
    public byte MbrType { get; init; }

    /// <summary>Boot flag of an MBR entry.</summary>
    public bool IsActive { get; init; }

    /// <summary>Type of a GPT entry.</summary>
    public Guid GptType { get; init; }

    /// <summary>Identity of a GPT entry.</summary>
    public Guid GptIdentity { get; init; }

    /// <summary>Attribute bits of a GPT entry (UEFI 2.10, table 5-8).</summary>
    public ulong GptAttributes { get; init; }

    /// <summary>Name of a GPT entry.</summary>
    public string Name { get; init; } = "";

    /// <summary>Last byte.</summary>
    public long End => Start + Size - 1;
}

/// <summary>A partition table.</summary>
/// <param name="Entries">By number.</param>
internal sealed record PartitionTable(TableKind Kind, IReadOnlyList<TableEntry> Entries)
{
    /// <summary>GUID of a GPT table.</summary>
    public Guid DiskIdentity { get; init; }

    /// <summary>The four bytes by which an MBR table is told from others.</summary>
    public uint DiskSignature { get; init; }

    /// <summary>The identity of an entry as fstab(5) writes it behind PARTUUID=; of an MBR entry made up as the kernel does.</summary>
    public string Identity(TableEntry entry) =>
        Kind == TableKind.Gpt ? entry.GptIdentity.ToString("D") : $"{DiskSignature:x8}-{entry.Number:x2}";

    /// <summary>The entry with that number, null where there is none.</summary>
    public TableEntry? Find(int number)
    {
        foreach (var entry in Entries)
        {
            if (entry.Number == number)
            {
                return entry;
            }
        }

        return null;
    }
}

/// <summary>Reads at an offset of a disk; fewer bytes than asked for only at its end.</summary>
internal delegate int DiskRead(Span<byte> buffer, long offset);
