using System.Buffers;
using System.Text;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Output;

/// <summary>Stands before a terminal: what a guest's file could do to it becomes visible text. A character cut by two writes is kept whole.</summary>
/// <param name="terminal">Gets UTF-8 without control characters.</param>
internal sealed class TerminalStream(Stream terminal) : Stream
{
    private const int LongestCharacter = 4;

    private readonly byte[] _start = new byte[LongestCharacter];
    private int _startLength;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[]? joined = null;
        if (_startLength > 0)
        {
            joined = [.. _start.AsSpan(0, _startLength), .. buffer];
            _startLength = 0;
        }

        var bytes = joined ?? buffer;
        var whole = bytes.Length - UnfinishedLength(bytes);
        _startLength = bytes.Length - whole;
        bytes[whole..].CopyTo(_start);
        Show(bytes[..whole]);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Shows also the start of a character whose end has not come.</summary>
    public override void Flush()
    {
        Show(_start.AsSpan(0, _startLength));
        _startLength = 0;
        terminal.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Show(ReadOnlySpan<byte> bytes) => terminal.Write(Encoding.UTF8.GetBytes(Printable.Lines(ByteString.GetString(bytes))));

    /// <summary>How many bytes at the end are a character that more bytes could complete.</summary>
    private static int UnfinishedLength(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length < LongestCharacter && length <= bytes.Length; length++)
        {
            if (bytes[^length] >= 0xC0)
            {
                return Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
            }
        }

        return 0;
    }
}
