namespace VirtTools.Wire;

/// <summary>Constants of the handle-to-daemon protocol (manual, COMMUNICATION PROTOCOL).</summary>
internal static class Protocol
{
    /// <summary>Program number in every message header.</summary>
    public const uint Program = 0x2000_F5F5;

    /// <summary>Protocol version in every message header.</summary>
    public const uint Version = 4;

    /// <summary>Length word sent once by the daemon when it is ready.</summary>
    public const uint LaunchFlag = 0xF5F5_5FF5;

    /// <summary>
    /// Extension: length word sent once by a daemon that waits for its hand-over (kernel option <see cref="HandOver.KernelOption"/>), before the
    /// launch flag. At this moment a template is taken.
    /// </summary>
    public const uint AwaitsHandOverFlag = 0xF5F5_A0A0;

    /// <summary>Length word that asks the other side to stop a file transfer.</summary>
    public const uint CancelFlag = 0xFFFF_EEEE;

    /// <summary>Length word followed by exactly <see cref="ProgressSize"/> bytes.</summary>
    public const uint ProgressFlag = 0xFFFF_5555;

    /// <summary>
    /// Length word followed by the number of a slot of the mailbox (four bytes), sent by the side that receives a file: the slot may be filled again. Only
    /// where both sides have agreed on a mailbox.
    /// </summary>
    public const uint SlotFlag = 0xFFFF_DDDD;

    /// <summary>Largest message, the length word not counted.</summary>
    public const int MessageMax = 4 * 1024 * 1024;

    /// <summary>Largest piece of file content in one chunk when the peer is the original.</summary>
    public const int ChunkMax = 8192;

    /// <summary>Largest piece of file content in one chunk when both ends are ours; below <see cref="MessageMax"/> with its framing.</summary>
    public const int LargeChunkMax = 1024 * 1024;

    /// <summary>Longest error message on the wire, in bytes.</summary>
    public const int ErrorMessageMax = 65536;

    /// <summary>Longest errno name on the wire, in bytes.</summary>
    public const int ErrnoNameMax = 32;

    /// <summary>Size of an encoded <see cref="MessageHeader"/>.</summary>
    public const int HeaderSize = 40;

    /// <summary>Size of the body of a progress message.</summary>
    public const int ProgressSize = 24;

    /// <summary>Serial number of a handle's first call.</summary>
    public const uint FirstSerial = 0x0012_3400;

    /// <summary>First procedure number that is an extension of this project, not an action of the original.</summary>
    public const uint FirstExtension = 0x4000_0000;
}
