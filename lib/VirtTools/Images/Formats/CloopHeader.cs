namespace VirtTools.Images.Formats;

/// <summary>A compressed loop image, as live CDs had them: begins with a shell script. QEMU only reads it.</summary>
internal static class CloopHeader
{
    public static bool Matches(HeaderReader reader) => reader.Start.StartsWith("#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n"u8);

    public static ImageHeader Parse(HeaderReader reader) => new();
}
