using VirtTools.Inspection;

namespace VirtTools.CommandLine.Guests;

/// <summary>What the images hold instead of an operating system, and why nothing could be made of it.</summary>
internal static class WhyNothingFound
{
    /// <summary>What to do about it, for commands that have the option.</summary>
    public const string NameOne = ": name one with -m DEVICE";

    private const int MostNamed = 20;
    private const string NoSystem = "no-system";

    /// <summary>A sentence for each reason code of docs/protocol.md.</summary>
    private static readonly Dictionary<string, string> Sentences = new()
    {
        ["luks1"] = "is encrypted (LUKS1) and has not been opened",
        ["luks2"] = "is encrypted (LUKS2) and has not been opened",
        ["bitlocker"] = "is encrypted (BitLocker) and has not been opened",
        ["swap"] = "is swap space",
        ["lvm-member"] = "is a part of a volume group that is not complete or has no volumes",
        ["array-member"] = "is a part of an array that is not complete",
        ["empty"] = "is empty",
        ["unknown"] = "holds nothing that the appliance knows",
        ["feature"] = "has features that the appliance does not support",
        ["hibernated"] = "belongs to a Windows that is hibernated, not shut down",
        ["dirty"] = "was not unmounted cleanly",
        ["unmountable"] = "cannot be mounted",
    };

    /// <summary>Says it in one sentence.</summary>
    /// <param name="guest">A launched handle.</param>
    /// <param name="advice">Stands behind the file systems that could be looked into.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="GuestfsException">The appliance failed.</exception>
    public static async Task<string> DescribeAsync(GuestActions guest, string advice, CancellationToken cancellationToken) =>
        guest is Guestfs handle && await handle.ExplainFileSystemsAsync(cancellationToken).ConfigureAwait(false) is { } reasons
            ? Describe(reasons, advice)
            : await DescribeListAsync(guest, advice, cancellationToken).ConfigureAwait(false);

    /// <summary>The same of the reasons that our daemon gives.</summary>
    public static string Describe(IReadOnlyList<FileSystemReason> reasons, string advice)
    {
        if (reasons.Count == 0)
        {
            return "no file system and no partition either";
        }

        var plain = reasons.Where(reason => reason.Code == NoSystem).Select(reason => $"{reason.Device} ({reason.Type})").ToList();
        var others = reasons.Where(reason => reason.Code != NoSystem).ToList();
        List<string> parts = plain.Count > 0
            ? [$"there are file systems on {Named(plain)}{advice}"]
            : ["no file system that can be looked into either"];
        parts.AddRange(others.Take(MostNamed).Select(Sentence));
        if (others.Count > MostNamed)
        {
            parts.Add("...");
        }

        return string.Join("; ", parts);
    }

    private static string Sentence(FileSystemReason reason)
    {
        var sentence = Sentences.GetValueOrDefault(reason.Code) ?? $"cannot be used ({reason.Code})";
        var type = reason.Code is "feature" or "dirty" or "unmountable" ? $" ({reason.Type})" : "";
        return reason.Detail.Length == 0 ? $"{reason.Device}{type} {sentence}" : $"{reason.Device}{type} {sentence}: {reason.Detail}";
    }

    // Of the original's daemon no more is to be had.
    private static async Task<string> DescribeListAsync(GuestActions guest, string advice, CancellationToken cancellationToken)
    {
        var found = await guest.ListFilesystemsAsync(cancellationToken).ConfigureAwait(false);
        var mountable = found.Where(f => f.Value is not "unknown" and not "swap").Select(f => $"{f.Key} ({f.Value})").ToList();
        if (mountable.Count > 0)
        {
            return $"there are file systems on {Named(mountable)}{advice}";
        }

        return found.Count > 0
            ? $"no file system either, only {string.Join(", ", found.Take(MostNamed).Select(f => $"{f.Key} ({f.Value})"))}"
            : "no file system and no partition either";
    }

    private static string Named(List<string> found) =>
        string.Join(", ", found.Take(MostNamed)) + (found.Count > MostNamed ? ", ..." : "");
}
