namespace VirtTools.CommandLine.Keys;

/// <summary>An encrypted device of a guest.</summary>
/// <param name="Name">By the API's name.</param>
/// <param name="Kind">What people call it, such as <c>LUKS2</c> or <c>BitLocker</c>.</param>
/// <param name="Uuid">Its UUID; empty where it has none.</param>
internal sealed record EncryptedDevice(string Name, string Kind, string Uuid)
{
    private const string DevPrefix = "/dev/";
    private const string MapperPrefix = "/dev/mapper/";

    /// <summary>Other names of drives, which the API takes for <c>/dev/sdX</c>.</summary>
    private static readonly string[] DrivePrefixes = ["/dev/xvd", "/dev/vd", "/dev/hd"];

    /// <summary>
    /// Name of the opened device below /dev/mapper: the one that fstab of most distributions has, and that the original gives to logical volumes.
    /// </summary>
    public string MapName => IsUuid(Uuid) ? $"luks-{Uuid}" : OriginalMapName;

    /// <summary>Path of the opened device.</summary>
    public string MapPath => MapperPrefix + MapName;

    /// <summary>The name that the original gives to an opened partition: <c>cryptsda2</c>.</summary>
    public string OriginalMapName => "crypt" + string.Concat(WithoutDev(Name).Where(char.IsAsciiLetterOrDigit));

    /// <summary>Whether a <c>--key</c> with that ID means this device.</summary>
    public bool IsCalled(string id)
    {
        if (id.Length == 0)
        {
            return false;
        }

        var volume = Name.Split('/') is ["", "dev", var group, var name] ? $"{group}/{name}" : null;
        return Standard(id) == Name
            || id.Equals(Uuid, StringComparison.OrdinalIgnoreCase)
            || id == MapName || id == MapPath || id == OriginalMapName || id == MapperPrefix + OriginalMapName
            || (volume is not null && (id == volume || volume.EndsWith("/" + id, StringComparison.Ordinal)));
    }

    private static string Standard(string id)
    {
        if (id.StartsWith(MapperPrefix, StringComparison.Ordinal))
        {
            return FromMapper(id[MapperPrefix.Length..]);
        }

        var prefix = Array.Find(DrivePrefixes, other => id.StartsWith(other, StringComparison.Ordinal));
        return prefix is null ? id : "/dev/sd" + id[prefix.Length..];
    }

    // Device-mapper doubles each hyphen of the names of group and volume and puts a single one between them.
    private static string FromMapper(string name)
    {
        const char Hyphen = '\0';
        var parts = name.Replace("--", Hyphen.ToString(), StringComparison.Ordinal).Split('-');
        return parts.Length == 2 ? DevPrefix + string.Join('/', parts.Select(part => part.Replace(Hyphen, '-'))) : MapperPrefix + name;
    }

    private static string WithoutDev(string name) => name.StartsWith(DevPrefix, StringComparison.Ordinal) ? name[DevPrefix.Length..] : name;

    // The header of an image says it, so it must not become a path.
    private static bool IsUuid(string text) => Guid.TryParseExact(text, "D", out _);
}
