namespace VirtTools.Fixtures.Building;

/// <summary>Files with holes.</summary>
public static class SparseFile
{
    private const int Block = 64 * 1024;

    /// <summary>Makes a file of this length that takes no space.</summary>
    public static void Create(string path, long length)
    {
        using var file = File.Create(path);
        file.SetLength(length);
    }

    /// <summary>Copies a file; runs of zeros become holes.</summary>
    public static void Copy(string source, string target)
    {
        Create(target, new FileInfo(source).Length);
        CopyInto(source, target, 0);
    }

    /// <summary>Writes a file's content into an existing file of zeros; runs of zeros are not written.</summary>
    /// <param name="source">The file to read.</param>
    /// <param name="target">The file to write to.</param>
    /// <param name="offset">Where in the target, in bytes.</param>
    public static void CopyInto(string source, string target, long offset)
    {
        using var input = File.OpenRead(source);
        using var output = File.OpenWrite(target);
        var buffer = new byte[Block];
        int count;
        for (long position = 0; (count = input.ReadAtLeast(buffer, Block, throwOnEndOfStream: false)) > 0; position += count)
        {
            if (!buffer.AsSpan(0, count).ContainsAnyExcept((byte)0))
                continue;
            output.Position = offset + position;
            output.Write(buffer, 0, count);
        }
    }
}
