namespace VirtTools.Connection;

/// <summary>What came over the channel.</summary>
internal enum FrameKind
{
    /// <summary>A counted message or chunk.</summary>
    Message,

    /// <summary>The daemon is ready.</summary>
    Launch,

    /// <summary>Our daemon waits for its hand-over.</summary>
    AwaitsHandOver,

    /// <summary>The daemon wants a transfer stopped.</summary>
    Cancel,

    /// <summary>24 bytes of progress.</summary>
    Progress,

    /// <summary>The number of a slot of the mailbox that may be filled again.</summary>
    Slot,

    /// <summary>The other side is gone.</summary>
    End,
}

/// <summary>One unit of the protocol; its content is valid until the next one is received.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Content);
