using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launch.Templates;

/// <summary>
/// The content of a template's files: pages that are not zero. What a guest with 1280 MiB has touched is a tenth of that; the rest stays a hole,
/// costs nothing on the disk, and is not hashed.
/// </summary>
internal static class TemplateContent
{
    private const int PageSize = 4096;
    private const int BlockSize = 1024 * 1024;

    /// <summary>Copies the pages that are not zero, and gives the copy the length of the original.</summary>
    /// <returns>The hash of the content.</returns>
    /// <exception cref="PosixException">The target has no room (ENOSPC), or one of them fails.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string Copy(SafeFileHandle source, SafeFileHandle target, CancellationToken cancellationToken)
    {
        Descriptors.Truncate(target, Descriptors.SizeOf(source));
        return Walk(source, (run, offset) => Descriptors.WriteAt(target, run, offset), cancellationToken);
    }

    /// <summary>The hash of a file's content: SHA-256 over the offset and the bytes of each page that is not zero.</summary>
    /// <exception cref="PosixException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static string HashOf(SafeFileHandle file, CancellationToken cancellationToken) => Walk(file, static (_, _) => { }, cancellationToken);

    private delegate void Run(ReadOnlySpan<byte> pages, long offset);

    private static string Walk(SafeFileHandle file, Run found, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockSize];
        for (var position = Descriptors.NextData(file, 0); position is { } start;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            start -= start % PageSize;
            var length = Descriptors.ReadAt(file, block, start);
            Pages(block.AsSpan(0, length), start, hash, found);
            position = length < BlockSize ? null : Descriptors.NextData(file, start + length);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Pages(ReadOnlySpan<byte> block, long start, IncrementalHash hash, Run found)
    {
        Span<byte> number = stackalloc byte[8];
        var first = -1;
        for (var offset = 0; offset < block.Length; offset += PageSize)
        {
            var page = block[offset..Math.Min(offset + PageSize, block.Length)];
            if (page.ContainsAnyExcept((byte)0))
            {
                first = first < 0 ? offset : first;
                BinaryPrimitives.WriteInt64LittleEndian(number, start + offset);
                hash.AppendData(number);
                hash.AppendData(page);
            }
            else if (first >= 0)
            {
                found(block[first..offset], start + first);
                first = -1;
            }
        }

        if (first >= 0)
        {
            found(block[first..], start + first);
        }
    }
}
