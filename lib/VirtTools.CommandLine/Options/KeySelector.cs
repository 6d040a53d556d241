namespace VirtTools.CommandLine.Options;

/// <summary>The form of <c>--key ID:key:STRING</c> and <c>--key ID:file:NAME</c>.</summary>
internal static class KeySelector
{
    /// <summary>Refuses a selector of another form. The message never repeats the selector: it may hold a passphrase.</summary>
    /// <exception cref="UsageException">Not of that form.</exception>
    public static void Check(string selector)
    {
        if (selector.Split(':') is not [_, "key" or "file", _])
        {
            throw new UsageException("--key takes ID:key:PASSPHRASE or ID:file:FILENAME, where ID is a device or a UUID");
        }
    }
}
