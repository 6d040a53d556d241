namespace VirtTools.Wire;

/// <summary>Which way a message goes.</summary>
internal enum MessageDirection : uint
{
    Call = 0,
    Reply = 1,
}

/// <summary>Whether a reply carries a result or an error.</summary>
internal enum MessageStatus : uint
{
    Ok = 0,
    Error = 1,
}

/// <summary>The fixed part in front of every call and reply.</summary>
internal readonly record struct MessageHeader(
    uint Program,
    uint Version,
    uint Procedure,
    MessageDirection Direction,
    uint Serial,
    ulong ProgressHint,
    ulong OptionalBits,
    MessageStatus Status)
{
    public static MessageHeader ForCall(uint procedure, uint serial, ulong progressHint, ulong optionalBits) =>
        new(Protocol.Program, Protocol.Version, procedure, MessageDirection.Call, serial, progressHint, optionalBits, MessageStatus.Ok);

    public static MessageHeader ForReply(uint procedure, uint serial, MessageStatus status) =>
        new(Protocol.Program, Protocol.Version, procedure, MessageDirection.Reply, serial, 0, 0, status);

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(Program);
        writer.WriteUInt32(Version);
        writer.WriteUInt32(Procedure);
        writer.WriteUInt32((uint)Direction);
        writer.WriteUInt32(Serial);
        writer.WriteUInt64(ProgressHint);
        writer.WriteUInt64(OptionalBits);
        writer.WriteUInt32((uint)Status);
    }

    public static MessageHeader Read(ref XdrReader reader) => new(
        reader.ReadUInt32(),
        reader.ReadUInt32(),
        reader.ReadUInt32(),
        (MessageDirection)reader.ReadUInt32(),
        reader.ReadUInt32(),
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        (MessageStatus)reader.ReadUInt32());
}
