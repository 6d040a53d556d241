using VirtTools.Posix;

namespace VirtTools.Handle;

/// <summary>Lists of guest names as the daemon streams them: bytes ended by NUL.</summary>
internal static class NameList
{
    public static string[] Split(ReadOnlySpan<byte> content)
    {
        var names = new List<string>();
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)0);
            names.Add(ByteString.GetString(end < 0 ? content : content[..end]));
            content = end < 0 ? default : content[(end + 1)..];
        }

        return [.. names];
    }

    /// <summary>Orders names by their bytes, as the original does.</summary>
    public static int Compare(string left, string right) =>
        ByteString.GetBytes(left).AsSpan().SequenceCompareTo(ByteString.GetBytes(right));
}
