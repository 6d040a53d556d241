using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>
/// The byte stream between library and daemon. Input is read in large pieces, since each system call costs under emulation. One thread reads;
/// writing is locked, because progress messages of a long call come from another thread.
/// </summary>
internal sealed class Channel(SafeFileHandle handle) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Lock _writing = new();
    private int _start;
    private int _end;

    /// <summary>The next length or flag word; null when the library has hung up between two messages.</summary>
    /// <exception cref="ChannelException">It hung up inside a message, or reading failed.</exception>
    public uint? TryReadWord()
    {
        if (Fill(4))
        {
            var word = PeekWord();
            _start += 4;
            return word;
        }

        return _start == _end ? null : throw new ChannelException("the library hung up inside a message");
    }

    /// <summary>The next length or flag word.</summary>
    /// <exception cref="ChannelException">The library hung up, or reading failed.</exception>
    public uint ReadWord() => TryReadWord() ?? throw new ChannelException("the library hung up during a call");

    /// <summary>Fills <paramref name="target"/>.</summary>
    /// <exception cref="ChannelException">The library hung up, or reading failed.</exception>
    public void Read(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            if (_start == _end)
            {
                // What is larger than the buffer goes straight to where it belongs.
                if (target.Length >= BufferSize)
                {
                    target = target[ReadSome(target)..];
                    continue;
                }

                _start = 0;
                _end = ReadSome(_buffer);
            }

            var count = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(target);
            _start += count;
            target = target[count..];
        }
    }

    /// <summary>Takes a flag word if that is the next thing that the library has sent, without waiting for one.</summary>
    public bool TakeFlag(uint flag)
    {
        while (_end - _start < 4)
        {
            if (!InputWaits() || !Fill(_end - _start + 1))
            {
                return false;
            }
        }

        if (PeekWord() != flag)
        {
            return false;
        }

        _start += 4;
        return true;
    }

    /// <summary>Sends all the bytes.</summary>
    /// <exception cref="ChannelException">The library has hung up.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            try
            {
                Descriptors.WriteAll(handle, bytes);
            }
            catch (PosixException e)
            {
                throw new ChannelException($"writing to the library failed: {e.Message}");
            }
        }
    }

    /// <summary>Sends one word without a body: the launch flag or the cancel flag.</summary>
    /// <exception cref="ChannelException">The library has hung up.</exception>
    public void WriteWord(uint word)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        Write(bytes);
    }

    public void Dispose() => handle.Dispose();

    private uint PeekWord() => BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start, 4));

    private bool InputWaits()
    {
        using var use = new HandleUse(handle);
        return Poll.Wait([new PollEntry(use.Number, PollEvents.Readable)], deadline: 0) > 0;
    }

    // Whether at least so many bytes are in the buffer; false at the end of the stream.
    private bool Fill(int least)
    {
        if (_start > 0 && _end - _start < least)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < least)
        {
            var count = ReadOrEnd(_buffer.AsSpan(_end));
            if (count == 0)
            {
                return false;
            }

            _end += count;
        }

        return true;
    }

    private int ReadSome(Span<byte> target)
    {
        var count = ReadOrEnd(target);
        return count > 0 ? count : throw new ChannelException("the library hung up inside a message");
    }

    private int ReadOrEnd(Span<byte> target)
    {
        try
        {
            return Descriptors.Read(handle, target) ?? 0;
        }
        catch (PosixException e) when (e.Errno == Errno.ECONNRESET)
        {
            return 0;
        }
        catch (PosixException e)
        {
            throw new ChannelException($"reading from the library failed: {e.Message}");
        }
    }
}

/// <summary>The channel to the library is broken or no longer in step; the daemon ends.</summary>
internal sealed class ChannelException(string message) : Exception(message);
