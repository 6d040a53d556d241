namespace VirtTools.Wire;

/// <summary>What a chunk of a file is, by the word in front of it. The original knows the first two and calls the word cancel.</summary>
internal enum ChunkKind
{
    /// <summary>Content follows; none means the end of the file.</summary>
    Content = 0,

    /// <summary>No more comes: something failed, or the other side asked for it.</summary>
    Cancelled = 1,

    /// <summary>The content lies in a slot of the mailbox; only where both sides have agreed on one.</summary>
    Slot = 2,
}

/// <summary>A chunk whose content lies in the mailbox.</summary>
/// <param name="Slot">Which slot.</param>
/// <param name="Length">How many of its bytes, from the start; at least one.</param>
internal readonly record struct SlotChunk(int Slot, int Length)
{
    /// <summary>Size of the whole frame: its length word, the kind, slot and length.</summary>
    public const int FrameSize = 16;

    /// <summary>Encodes the frame.</summary>
    public void Write(Span<byte> frame)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, FrameSize - 4);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame[4..], (int)ChunkKind.Slot);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame[8..], Slot);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame[12..], Length);
    }

    /// <summary>Decodes what follows the kind.</summary>
    /// <param name="reader">The rest of the chunk.</param>
    /// <param name="layout">What was agreed on; null for no mailbox.</param>
    /// <exception cref="ProtocolException">There is no mailbox, no such slot, or the slot has no room for so many bytes.</exception>
    public static SlotChunk Read(ref XdrReader reader, MailboxLayout? layout)
    {
        var slot = reader.ReadUInt32();
        var length = reader.ReadUInt32();
        reader.End();
        if (layout is not { } agreed)
        {
            throw new ProtocolException("a chunk names a slot, but no mailbox was agreed on");
        }

        if (slot >= (uint)agreed.SlotCount)
        {
            throw new ProtocolException($"a chunk names slot {slot}; there are {agreed.SlotCount}");
        }

        return length is > 0 && length <= (uint)agreed.SlotSize
            ? new((int)slot, (int)length)
            : throw new ProtocolException($"a chunk says that a slot of {agreed.SlotSize} bytes holds {length}");
    }
}
