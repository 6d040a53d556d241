namespace VirtTools.Commands;

/// <summary>Reads lines as bytes, each with its newline; the last one may have none.</summary>
/// <param name="input">What is read.</param>
/// <param name="longest">A line of more bytes is refused.</param>
internal sealed class LineReader(Stream input, int longest)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The next line; empty at the end of the input. It is valid until the next call.</summary>
    /// <exception cref="EditFailedException">The line is too long.</exception>
    public ReadOnlyMemory<byte> Next()
    {
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                return Take(_start + searched + newline + 1);
            }

            searched = _end - _start;
            MakeRoom();
            var count = input.Read(_buffer.AsSpan(_end));
            if (count == 0)
            {
                return Take(_end);
            }

            _end += count;
        }
    }

    private ReadOnlyMemory<byte> Take(int end)
    {
        var line = _buffer.AsMemory(_start, end - _start);
        _start = end;
        return line;
    }

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length > longest)
        {
            throw new EditFailedException($"a line is longer than {longest >> 20} MiB; use -e or an editor");
        }

        var target = length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, length);
    }
}
