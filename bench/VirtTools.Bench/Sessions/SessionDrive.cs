namespace VirtTools.Bench.Sessions;

/// <summary>A drive of a session.</summary>
/// <param name="Image">The disk image.</param>
/// <param name="Format">Its format; null to find out.</param>
/// <param name="IsReadOnly">Whether the image stays as it is.</param>
internal sealed record SessionDrive(string Image, string? Format, bool IsReadOnly);
