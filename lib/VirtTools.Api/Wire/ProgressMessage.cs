namespace VirtTools.Wire;

/// <summary>How far a long call has come.</summary>
/// <param name="Procedure">The call's procedure number.</param>
/// <param name="Serial">The call's serial number.</param>
/// <param name="Position">Work done, in units that only have meaning against <paramref name="Total"/>.</param>
/// <param name="Total">All the work; in pulse mode 1, with <paramref name="Position"/> 0 until the end.</param>
internal readonly record struct ProgressMessage(uint Procedure, uint Serial, ulong Position, ulong Total)
{
    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(Procedure);
        writer.WriteUInt32(Serial);
        writer.WriteUInt64(Position);
        writer.WriteUInt64(Total);
    }

    public static ProgressMessage Read(ref XdrReader reader) =>
        new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt64());
}
