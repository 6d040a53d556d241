using System.Collections;

namespace VirtTools.Posix;

/// <summary>
/// Our environment without loss. .NET replaces bytes that are not UTF-8 by U+FFFD; such values are read again from /proc/self/environ.
/// </summary>
internal static class ProcessEnvironment
{
    private const char Replacement = '\uFFFD';

    /// <summary>The value of a variable; null if it is not set.</summary>
    public static string? Get(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return value is null || !value.Contains(Replacement) ? value : Original(name) ?? value;
    }

    /// <summary>Every variable as NAME=value.</summary>
    public static List<string> All()
    {
        var entries = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            entries.Add($"{name}={Get(name)}");
        }

        return entries;
    }

    private static string? Original(string name)
    {
        var prefix = name + "=";
        foreach (var entry in ByteString.GetString(ReadOurs()).Split('\0'))
        {
            if (entry.StartsWith(prefix, StringComparison.Ordinal))
            {
                return entry[prefix.Length..];
            }
        }

        return null;
    }

    private static byte[] ReadOurs()
    {
        using var file = Descriptors.Open("/proc/self/environ", OpenFlags.ReadOnly);
        using var content = new MemoryStream();
        var block = new byte[4096];
        while (Descriptors.Read(file, block) is > 0 and var count)
        {
            content.Write(block, 0, count);
        }

        return content.ToArray();
    }
}
