using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>Carries out <c>--replace</c>: each line, its end included, goes through every replacement.</summary>
/// <param name="replacements">In the order in which they are applied.</param>
/// <param name="temporaryFolder">Takes the new content.</param>
internal sealed class LineEdit(IReadOnlyList<LineReplacement> replacements, string temporaryFolder) : IFileChange
{
    /// <summary>A line takes several times its length in memory.</summary>
    private const int LongestLine = 64 << 20;

    public Task<ContentFile> ApplyAsync(ContentFile before, string path, CancellationToken cancellationToken) =>
        Task.Run(() => Apply(before, cancellationToken), cancellationToken);

    private ContentFile Apply(ContentFile before, CancellationToken cancellationToken)
    {
        var after = ContentFile.Create(temporaryFolder);
        try
        {
            using var input = before.OpenRead();
            using var output = after.OpenWrite();
            var lines = new LineReader(input, LongestLine);
            while (lines.Next() is { IsEmpty: false } line)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Write(output, line.Span);
            }

            return after;
        }
        catch
        {
            after.Dispose();
            throw;
        }
    }

    private void Write(Stream output, ReadOnlySpan<byte> line)
    {
        // Names and texts of a guest are bytes; this form of a string holds any of them without loss.
        var text = ByteString.GetString(line);
        var changed = text;
        foreach (var replacement in replacements)
        {
            changed = replacement.Apply(changed);
        }

        output.Write(ReferenceEquals(changed, text) ? line : Encode(text, changed));
    }

    // .NET takes a character above U+FFFF for two, and half of one would become some other byte.
    private static byte[] Encode(string before, string after)
    {
        var isCut = before.AsSpan().ContainsAnyInRange('\uD800', '\uDBFF') && Halves(after) > Halves(before);
        return !isCut ? ByteString.GetBytes(after) : throw new EditFailedException("the replacement would leave half of a character (above U+FFFF) behind");
    }

    private static int Halves(string text)
    {
        var halves = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                halves++;
            }
        }

        return halves;
    }
}
