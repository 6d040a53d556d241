namespace VirtTools.BlockAccess;

/// <summary>Which stretches of an export read as zeros, asked for from front to back.</summary>
internal sealed class AllocationMap(NbdConnection nbd)
{
    // How much of the drive one question covers.
    private const int QuestionSize = 1024 * 1024 * 1024;

    private readonly Queue<NbdExtent> _known = new();
    private NbdExtent _first;
    private long _position = -1;

    /// <summary>The stretch that begins at a place: as long as all of it is alike, but not longer than asked for.</summary>
    /// <param name="position">Where; not before what was asked for earlier.</param>
    /// <param name="most">How many bytes at most.</param>
    /// <exception cref="DriveFailedException">The drive does not tell.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask<NbdExtent> AtAsync(long position, long most)
    {
        if (!nbd.KnowsAllocation)
        {
            return new(most, IsZero: false);
        }

        if (position < _position || _position < 0)
        {
            _known.Clear();
            (_first, _position) = (default, position);
        }

        while (_position < position || _first.Length == 0)
        {
            var skipped = Math.Min(position - _position, _first.Length);
            (_first, _position) = (_first with { Length = _first.Length - skipped }, _position + skipped);
            if (_first.Length > 0)
            {
                continue;
            }

            if (_known.TryDequeue(out var next))
            {
                _first = next;
                continue;
            }

            _position = position;
            await AskAsync().ConfigureAwait(false);
        }

        return _first with { Length = Math.Min(_first.Length, most) };
    }

    private async ValueTask AskAsync()
    {
        var question = NbdRequest.BlockStatus(_position, (int)Math.Min(QuestionSize, nbd.Size - _position));
        await nbd.CarryOutAsync(question).ConfigureAwait(false);
        foreach (var extent in question.Extents)
        {
            _known.Enqueue(extent);
        }
    }
}
