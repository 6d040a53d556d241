namespace VirtTools.CommandLine.Options;

/// <summary>An image that the command line names.</summary>
/// <param name="Path">Path of the image file or block device, relative or absolute.</param>
/// <param name="Format">Format that <c>--format</c> gave for it; null to find out.</param>
/// <param name="BlockSize">Sector size in bytes that <c>--blocksize</c> gave for it; null for the default.</param>
internal sealed record DriveChoice(string Path, string? Format = null, int? BlockSize = null);
