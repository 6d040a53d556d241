namespace VirtTools.Wire;

/// <summary>The body of an error reply.</summary>
/// <param name="ErrnoName">Name of the errno such as <c>ENOENT</c>, or an empty string.</param>
/// <param name="Message">The sentence for the user.</param>
internal readonly record struct MessageError(string ErrnoName, string Message)
{
    public void Write(XdrWriter writer)
    {
        writer.WriteString(ErrnoName);
        writer.WriteTruncatedString(Message, Protocol.ErrorMessageMax);
    }

    public static MessageError Read(ref XdrReader reader) =>
        new(reader.ReadString(Protocol.ErrnoNameMax), reader.ReadString(Protocol.ErrorMessageMax));
}
