namespace VirtTools.Daemon.Inspection.GuestTables;

/// <summary>What other files of a guest say of the devices that its fstab names.</summary>
/// <param name="Arrays">Device of an md array → UUID, from mdadm.conf(5).</param>
/// <param name="Encrypted">Name of an opened device → source, from crypttab(5).</param>
internal sealed record NamedDevices(IReadOnlyDictionary<string, string> Arrays, IReadOnlyDictionary<string, string> Encrypted)
{
    private const int MostLines = 1000;
    private const long MostBytes = 1024 * 1024;

    private static readonly string[] ArrayFiles = ["/etc/mdadm.conf", "/etc/mdadm/mdadm.conf"];

    /// <summary>The guest says nothing.</summary>
    public static readonly NamedDevices None = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>Reads what there is; a file that is broken costs what it would have said.</summary>
    public static NamedDevices Read(GuestFiles files) => new(
        ParseArrays(ArrayFiles.SelectMany(path => files.Lines(path, MostBytes)).Take(MostLines)),
        ParseEncrypted(files.Lines("/etc/crypttab", MostBytes).Take(MostLines)));

    /// <summary>Lines such as <c>ARRAY /dev/md/root metadata=1.2 UUID=3aaa0122:29827cfa:5331ad66:ca767371</c>.</summary>
    public static Dictionary<string, string> ParseArrays(IEnumerable<string> lines)
    {
        const string Uuid = "uuid=";
        var arrays = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var words = Words(line);
            if (words.Length >= 3 && words[0].Equals("ARRAY", StringComparison.OrdinalIgnoreCase)
                && Array.Find(words, word => word.StartsWith(Uuid, StringComparison.OrdinalIgnoreCase)) is { } uuid)
            {
                arrays.TryAdd(words[1], uuid[Uuid.Length..].ToLowerInvariant());
            }
        }

        return arrays;
    }

    /// <summary>Lines such as <c>root UUID=2505567a-9e27-4efe-a4d5-15ad146c258b none luks</c>.</summary>
    public static Dictionary<string, string> ParseEncrypted(IEnumerable<string> lines)
    {
        var encrypted = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            if (Words(line) is [var name, var source, ..] && name[0] != '#')
            {
                encrypted.TryAdd(name, source.Replace("\"", "", StringComparison.Ordinal));
            }
        }

        return encrypted;
    }

    private static string[] Words(string line) => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
