using System.Security.Cryptography;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Keys;

/// <summary>Where a key of the command line comes from.</summary>
internal enum KeySource
{
    /// <summary><c>ID:key:PASSPHRASE</c>.</summary>
    Text,

    /// <summary><c>ID:base64:TEXT</c>: any bytes. Ours.</summary>
    Base64,

    /// <summary><c>ID:file:NAME</c>.</summary>
    File,
}

/// <summary>What one <c>--key</c> says.</summary>
internal sealed class KeyChoice
{
    /// <summary>Stands for every encrypted device.</summary>
    public const string AllDevices = "all";

    private const int LargestFile = 1 << 20;
    private const string Forms = "--key takes ID:key:PASSPHRASE, ID:file:FILENAME or ID:base64:TEXT, where ID is a device, a UUID, a logical volume or 'all'";

    private readonly string _value;

    private KeyChoice(string id, KeySource source, string value)
    {
        Id = id;
        Source = source;
        _value = value;
    }

    /// <summary>Which device: its name, its UUID, the name of a logical volume, the name under which it is opened, or <c>all</c>.</summary>
    public string Id { get; }

    /// <summary>Where the key comes from.</summary>
    public KeySource Source { get; }

    /// <summary>How messages call it; a passphrase is not part of that.</summary>
    public string Name => Source switch
    {
        KeySource.File => $"--key {Id}:file:{_value}",
        KeySource.Base64 => $"--key {Id}:base64:...",
        _ => $"--key {Id}:key:...",
    };

    /// <summary>Reads a selector. Messages never repeat it: it may hold a passphrase.</summary>
    /// <exception cref="UsageException">Not of a form that is known.</exception>
    public static KeyChoice Parse(string selector)
    {
        var parts = selector.Split(':', 3);
        if (parts is [_, "clevis"])
        {
            throw new UsageException("--key ID:clevis: keys from the network (Clevis, Tang) are not in this version; give the key itself");
        }

        if (parts.Length != 3)
        {
            throw new UsageException(Forms);
        }

        return parts[1] switch
        {
            "key" => new(parts[0], KeySource.Text, parts[2]),
            "file" => new(parts[0], KeySource.File, parts[2]),
            "base64" when IsBase64(parts[2]) => new(parts[0], KeySource.Base64, parts[2]),
            "base64" => throw new UsageException("--key ID:base64:TEXT: the text is not base64"),
            _ => throw new UsageException(Forms),
        };
    }

    /// <summary>
    /// The keys to try, best first. A file is tried as the original reads it, which is its first line, and then as cryptsetup reads it, which is all
    /// its bytes.
    /// </summary>
    /// <exception cref="CommandFailedException">The file cannot be read.</exception>
    public IReadOnlyList<SecretBytes> Read()
    {
        switch (Source)
        {
            case KeySource.Text:
                return [FromString(_value, ByteString.GetBytes)];
            case KeySource.Base64:
                return [FromString(_value, Convert.FromBase64String)];
            default:
                var whole = ReadFile(_value);
                var line = whole.Span.IndexOf((byte)'\n');
                return line < 0 ? [whole] : [new(whole.Span[..line]), whole];
        }
    }

    private static SecretBytes FromString(string text, Func<string, byte[]> decode)
    {
        var bytes = decode(text);
        var secret = new SecretBytes(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return secret;
    }

    private static bool IsBase64(string text)
    {
        var room = new byte[text.Length];
        var isBase64 = text.Length > 0 && Convert.TryFromBase64String(text, room, out _);
        CryptographicOperations.ZeroMemory(room);
        return isBase64;
    }

    // It may be a pipe, as of a shell's <(...), and then has no size.
    private static SecretBytes ReadFile(string path)
    {
        try
        {
            using var file = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoControllingTerminal);
            using var room = new SecretBytes(LargestFile + 1);
            var filled = 0;
            while (filled < room.Span.Length && Descriptors.Read(file, room.Span[filled..]) is > 0 and var count)
            {
                filled += count;
            }

            return filled <= LargestFile
                ? new(room.Span[..filled])
                : throw new CommandFailedException($"{path}: larger than 1 MiB, which is no key file; name the file that holds the key");
        }
        catch (PosixException e)
        {
            throw new CommandFailedException($"the key file cannot be read: {e.Message}");
        }
    }
}
