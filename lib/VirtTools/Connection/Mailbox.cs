using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>
/// The library's end of the mailbox: memory that QEMU shows to the guest as a disk. What is in it is as hostile as what comes over the channel, and may change
/// while it is read.
/// </summary>
internal sealed class Mailbox : IDisposable
{
    private readonly SharedMemory _memory = new("virttools-mailbox", (int)MailboxLayout.DiskSize);

    /// <summary>The disk, for QEMU.</summary>
    public SafeFileHandle Disk => _memory.File;

    /// <summary>What was agreed on with the daemon; null for no mailbox.</summary>
    public MailboxLayout? Layout
    {
        get;
        set
        {
            field = value;
            Slots = value is { } layout ? new(layout) : null;
        }
    }

    /// <summary>Which slots may be filled from this side.</summary>
    public MailboxSlots? Slots { get; private set; }

    /// <summary>The memory of a slot.</summary>
    public Memory<byte> this[int slot] => _memory.Memory.Slice((int)Layout!.Value.OffsetOf(slot), Layout.Value.SlotSize);

    /// <summary>The content that a chunk says is there.</summary>
    public ReadOnlyMemory<byte> ContentOf(SlotChunk chunk) => this[chunk.Slot][..chunk.Length];

    public void Dispose() => ((IDisposable)_memory).Dispose();
}
