namespace VirtTools.Wire;

/// <summary>
/// The mailbox: a disk of the appliance in the library's memory, through which content goes past the guest's CPU. It is divided into slots; a slot
/// belongs to the side that fills it until that side has said so in a <see cref="SlotChunk"/>, and again once the other side has given it back.
/// </summary>
/// <param name="SlotCount">How many slots there are.</param>
/// <param name="SlotSize">The size of each in bytes, a multiple of <see cref="Alignment"/>.</param>
internal readonly record struct MailboxLayout(int SlotCount, int SlotSize)
{
    /// <summary>The disk's serial number, by which the daemon finds it.</summary>
    public const string Serial = "virttools-mailbox";

    /// <summary>The disk's size in bytes.</summary>
    public const long DiskSize = 64 * 1024 * 1024;

    /// <summary>
    /// What stays zero at either end of the disk, in bytes: no program that looks for the marks of LVM, md, btrfs or a partition table finds one here, whatever
    /// content goes through the slots.
    /// </summary>
    public const long Margin = 1024 * 1024;

    /// <summary>Offsets and lengths of what is read and written without the page cache.</summary>
    public const int Alignment = 4096;

    /// <summary>
    /// Content of fewer bytes goes over the channel: a slot costs a request to the disk on one side, and that takes longer. Measured: docs/protocol.md.
    /// </summary>
    public const int LeastContent = 64 * 1024;

    /// <summary>Most slots that a layout may have.</summary>
    public const int MaximumSlots = 64;

    /// <summary>What our daemon offers. Measured: docs/protocol.md.</summary>
    public static readonly MailboxLayout Usual = new(8, 4 * 1024 * 1024);

    /// <summary>Whether the slots fit between the margins.</summary>
    public bool Fits =>
        SlotCount is > 0 and <= MaximumSlots && SlotSize is > 0 and <= (int)DiskSize && SlotSize % Alignment == 0
        && (long)SlotCount * SlotSize <= DiskSize - (2 * Margin);

    /// <summary>Where a slot begins on the disk.</summary>
    public long OffsetOf(int slot) => Margin + ((long)slot * SlotSize);
}
