using System.Globalization;

namespace VirtTools.Commands;

/// <summary>What the images hold instead of an operating system.</summary>
internal static class FoundInstead
{
    private const int MostNamed = 20;

    /// <summary>A half sentence.</summary>
    /// <exception cref="GuestfsException">The appliance is gone.</exception>
    public static async Task<string> DescribeAsync(GuestActions guest, CancellationToken cancellationToken)
    {
        var found = await guest.ListFilesystemsAsync(cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return "no file system and no partition either";
        }

        var named = string.Join(", ", found.Take(MostNamed).Select(each => $"{each.Key} ({each.Value})"));
        var rest = found.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {found.Count - MostNamed} more") : "";
        return $"there is only {named}{rest}";
    }
}
