namespace VirtTools.CommandLine.Memory;

/// <summary>Files of /proc and /sys, which come and go with what they describe.</summary>
internal static class ProcFile
{
    /// <summary>The text of the file; null where it is not there (any more) or we may not read it.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
