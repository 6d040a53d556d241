using VirtTools.CommandLine.Options;

namespace VirtTools.CommandLine.Guests;

/// <summary>How commands call a guest that has no name but its images.</summary>
internal static class GuestName
{
    /// <summary>The file name of the first image and a plus sign for each further one: <c>disk-a.img+</c>.</summary>
    public static string Of(IReadOnlyList<DriveChoice> drives)
    {
        var path = drives[0].Path.TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..] + new string('+', drives.Count - 1);
    }
}
