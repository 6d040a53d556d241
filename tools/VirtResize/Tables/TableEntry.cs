using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Commands.Tables;

/// <summary>Kinds of partition table.</summary>
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

/// <summary>A partition as its table lists it; places in sectors from the start of the disk.</summary>
/// <param name="Number">From 1; logical partitions of an MBR table from 5.</param>
/// <param name="Role">Which kind of entry.</param>
/// <param name="First">First sector.</param>
/// <param name="Count">How many sectors.</param>
/// <param name="Raw">The entry's bytes, which hold whatever else is known of the partition.</param>
internal sealed record TableEntry(int Number, PartitionRole Role, long First, long Count, byte[] Raw)
{
    private const int GptNameOffset = 56;
    private const int GptNameBytes = 72;

    /// <summary>The sector behind the last one.</summary>
    public long End => First + Count;

    /// <summary>Of a logical partition: the sector of the record that lists it.</summary>
    public long RecordSector { get; init; }

    /// <summary>Boot flag of an MBR entry.</summary>
    public bool IsActive => Raw[0] == 0x80;

    /// <summary>Type byte of an MBR entry.</summary>
    public byte MbrType => Raw[4];

    /// <summary>Type of a GPT entry.</summary>
    public Guid GptType => new(Raw.AsSpan(0, 16));

    /// <summary>Identity of a GPT entry.</summary>
    public Guid GptIdentity => new(Raw.AsSpan(16, 16));

    /// <summary>Attribute bits of a GPT entry.</summary>
    public ulong GptAttributes => BinaryPrimitives.ReadUInt64LittleEndian(Raw.AsSpan(48));

    /// <summary>Name of a GPT entry.</summary>
    public string GptName => Encoding.Unicode.GetString(Raw, GptNameOffset, GptNameBytes).Split('\0')[0];
}
