using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Keys;

/// <summary>Keys on standard input, one a line; what is behind the last newline is one too. Nothing is read before it is asked for.</summary>
/// <param name="descriptor">Number of the descriptor.</param>
internal sealed class StandardInputKeys(int descriptor) : IDisposable
{
    private const int LongestLine = 1 << 20;
    private const int MostLines = 1000;
    private const int BlockSize = 4096;

    private readonly SafeFileHandle _input = new(descriptor, ownsHandle: false);
    private readonly List<SecretBytes> _lines = [];
    private SecretBytes _rest = new(0);
    private bool _ended;

    /// <summary>A line without its end; null where there are not so many.</summary>
    /// <param name="number">From 0.</param>
    /// <exception cref="CommandFailedException">It cannot be read, or is beyond all measure.</exception>
    public SecretBytes? Line(int number)
    {
        while (number >= _lines.Count && !_ended)
        {
            ReadMore();
        }

        return number < _lines.Count ? _lines[number] : null;
    }

    public void Dispose()
    {
        _lines.ForEach(line => line.Dispose());
        _rest.Dispose();
    }

    private void ReadMore()
    {
        using var block = new SecretBytes(BlockSize);
        int count;
        try
        {
            count = Descriptors.Read(_input, block.Span) ?? throw new CommandFailedException("standard input has no keys ready; write them there before, a line each, or give --key");
        }
        catch (PosixException e) when (e.Errno == Errno.EBADF)
        {
            count = 0;
        }
        catch (PosixException e)
        {
            throw new CommandFailedException($"standard input: {Errno.Message(e.Errno)}");
        }

        _ended = count == 0;
        Take(block.Span[..count]);
        while (_rest.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Add(end, end + 1);
        }

        if (_ended && _rest.Span.Length > 0)
        {
            Add(_rest.Span.Length, _rest.Span.Length);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_rest.Span.Length + bytes.Length > LongestLine)
        {
            throw new CommandFailedException("a line of standard input is longer than 1 MiB, which is no key; write one key a line");
        }

        var longer = new SecretBytes(_rest.Span.Length + bytes.Length);
        _rest.Span.CopyTo(longer.Span);
        bytes.CopyTo(longer.Span[_rest.Span.Length..]);
        Replace(longer);
    }

    private void Add(int length, int taken)
    {
        if (_lines.Count == MostLines)
        {
            throw new CommandFailedException($"more than {MostLines} keys on standard input; write only those of this guest");
        }

        _lines.Add(new(_rest.Span[..length]));
        Replace(new(_rest.Span[taken..]));
    }

    private void Replace(SecretBytes rest)
    {
        _rest.Dispose();
        _rest = rest;
    }
}
