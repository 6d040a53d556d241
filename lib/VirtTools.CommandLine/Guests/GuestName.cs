using VirtTools.CommandLine.Options;

namespace VirtTools.CommandLine.Guests;

/// <summary>How commands call a guest.</summary>
internal static class GuestName
{
    /// <summary>
    /// The file name of the first image, or the name of the first libvirt guest, and a plus sign for each further one: <c>disk-a.img+</c>.
    /// </summary>
    public static string Of(IReadOnlyList<DriveChoice> drives) => drives[0].DisplayName + new string('+', drives.Count - 1);
}
