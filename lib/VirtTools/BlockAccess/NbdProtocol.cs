namespace VirtTools.BlockAccess;

/// <summary>Numbers of the NBD protocol (the document "The NBD protocol", doc/proto.md of the NetworkBlockDevice project).</summary>
internal static class NbdProtocol
{
    // Handshake phase, fixed newstyle.
    public const ulong InitialMagic = 0x4E42_444D_4147_4943; // NBDMAGIC
    public const ulong OptionMagic = 0x4948_4156_454F_5054; // IHAVEOPT
    public const ulong OptionReplyMagic = 0x0003_E889_0455_65A9;
    public const ushort FixedNewstyle = 1; // NBD_FLAG_FIXED_NEWSTYLE and its echo
    public const uint ClientFixedNewstyle = 1; // NBD_FLAG_C_FIXED_NEWSTYLE
    public const uint OptionReplyError = 1u << 31;

    // Transmission phase.
    public const uint RequestMagic = 0x2560_9513;
    public const uint SimpleReplyMagic = 0x6744_6698;
    public const uint StructuredReplyMagic = 0x668E_33EF;
    public const int RequestSize = 28;
    public const int SimpleReplySize = 16;
    public const int StructuredReplySize = 20;
    public const ushort ChunkDone = 1; // NBD_REPLY_FLAG_DONE
    public const ushort ChunkError = 1 << 15;
    public const ushort DoNotFragment = 1 << 2; // NBD_CMD_FLAG_DF
    public const uint ExtentReadsAsZero = 2; // NBD_STATE_ZERO of base:allocation
    public const string AllocationContext = "base:allocation";
}

/// <summary>Options of the handshake (NBD_OPT_*).</summary>
internal enum NbdOption : uint
{
    Go = 7,
    StructuredReply = 8,
    SetMetaContext = 10,
}

/// <summary>Replies to options (NBD_REP_*).</summary>
internal enum NbdOptionReply : uint
{
    Acknowledge = 1,
    Information = 3,
    MetaContext = 4,
}

/// <summary>What an export can do (NBD_FLAG_*).</summary>
[Flags]
internal enum NbdExportFlags : ushort
{
    None = 0,
    HasFlags = 1 << 0,
    ReadOnly = 1 << 1,
    Flush = 1 << 2,
    WriteZeroes = 1 << 6,
    DoNotFragment = 1 << 7,
}

/// <summary>Requests (NBD_CMD_*).</summary>
internal enum NbdCommand : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    WriteZeroes = 6,
    BlockStatus = 7,
}

/// <summary>Kinds of chunks of a structured reply (NBD_REPLY_TYPE_*).</summary>
internal enum NbdChunk : ushort
{
    None = 0,
    OffsetData = 1,
    OffsetHole = 2,
    BlockStatus = 5,
}
