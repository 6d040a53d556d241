using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>
/// An icon of a Windows: until Windows 7 a bitmap among the resources of explorer.exe, later a file of Windows Live, where that is installed. The guest is mounted;
/// the pixels are copied, nothing is run.
/// </summary>
internal static class WindowsIcon
{
    private const string ExplorerName = "explorer.exe";
    private const string LiveIcon = "/ProgramData/Microsoft/Windows Live/WLive48x48.png";
    private const int LargestFile = 1024 * 1024;

    // Numbers of the bitmaps. The one of Windows 7 has the icon in several sizes below each other.
    private const uint BitmapOfXp = 143;
    private const uint BitmapOfSeven = 6801;
    private const int RowsOfSeven = 55;

    /// <summary>The icon as PNG; null where there is none.</summary>
    /// <param name="root">The guest's tree.</param>
    /// <param name="systemRoot">The folder of Windows.</param>
    /// <param name="version">Its version.</param>
    public static byte[]? Read(GuestRoot root, string systemRoot, GuestVersion version)
    {
        var files = new GuestFiles(root);
        var paths = new WindowsPaths(root, heedsCase: true);
        return version switch
        {
            { Major: 5 } => Bitmap(files, paths.Find($"{systemRoot}/{ExplorerName}"), BitmapOfXp) is { } image ? PngImage.Write(image) : null,
            { Major: 6, Minor: <= 1 } => OfSeven(files, paths, systemRoot) is { } image ? PngImage.Write(image.Top(RowsOfSeven)) : null,
            _ => paths.Find(LiveIcon) is { } file && files.ReadHead(file, LargestFile + 1) is { Length: <= LargestFile } png
                && png.AsSpan().StartsWith(PngImage.Signature)
                    ? png
                    : null,
        };
    }

    // A machine of 64 bits has the bitmap in the program of 32.
    private static BitmapImage? OfSeven(GuestFiles files, WindowsPaths paths, string systemRoot) =>
        Bitmap(files, paths.Find($"{systemRoot}/SysWOW64/{ExplorerName}"), BitmapOfSeven)
        ?? Bitmap(files, paths.Find($"{systemRoot}/{ExplorerName}"), BitmapOfSeven);

    private static BitmapImage? Bitmap(GuestFiles files, string? program, uint number)
    {
        if (program is null)
        {
            return null;
        }

        using var file = files.OpenFile(program);
        return file is not null && new ProgramResources(Reading).Find(ProgramResources.Bitmap, number) is { } bitmap ? BitmapImage.Parse(bitmap) : null;

        int Reading(Span<byte> buffer, long offset)
        {
            try
            {
                return Descriptors.ReadAt(file!, buffer, offset);
            }
            catch (PosixException)
            {
                return 0;
            }
        }
    }
}
