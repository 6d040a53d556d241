using System.Numerics;

namespace VirtTools.Wire;

/// <summary>Which slots the side that fills them may fill: all at first, each again once it has been given back.</summary>
internal sealed class MailboxSlots(MailboxLayout layout)
{
    private ulong _free = AllOf(layout);

    /// <summary>A new transfer: every slot may be filled.</summary>
    public void Reset() => _free = AllOf(layout);

    /// <summary>Takes a slot to fill; null while the other side has them all.</summary>
    public int? TryTake()
    {
        if (_free == 0)
        {
            return null;
        }

        var slot = BitOperations.TrailingZeroCount(_free);
        _free &= ~(1UL << slot);
        return slot;
    }

    /// <summary>The other side is done with a slot.</summary>
    /// <exception cref="ProtocolException">It has no such slot.</exception>
    public void GiveBack(uint slot)
    {
        if (slot >= (uint)layout.SlotCount || (_free >> (int)slot & 1) != 0)
        {
            throw new ProtocolException($"slot {slot} of the mailbox was given back by who does not have it");
        }

        _free |= 1UL << (int)slot;
    }

    private static ulong AllOf(MailboxLayout layout) => layout.SlotCount == MailboxLayout.MaximumSlots ? ulong.MaxValue : (1UL << layout.SlotCount) - 1;
}
