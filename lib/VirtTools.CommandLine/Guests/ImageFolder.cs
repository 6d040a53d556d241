using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>The images of a folder, each a guest of its own. Folders below it and names that begin with a dot are left out.</summary>
internal sealed class ImageFolder(string path) : IGuestSource
{
    /// <summary>By the end of its name a file is known as an image: such folders hold ISO files, checksums and descriptions too.</summary>
    private static readonly HashSet<string> s_endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".img", ".raw", ".qcow2", ".qcow", ".qed", ".vmdk", ".vdi", ".vhdx", ".vhd",
    };

    public Task<IReadOnlyList<IReadOnlyList<DriveChoice>>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var files = Directory.EnumerateFiles(path)
                .Where(file => Path.GetFileName(file) is var name && name[0] != '.' && s_endings.Contains(Path.GetExtension(name)))
                .Order(StringComparer.Ordinal);
            return Task.FromResult<IReadOnlyList<IReadOnlyList<DriveChoice>>>([.. files.Select(file => new[] { new ImageChoice(file) })]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path}: this folder of images cannot be listed: {e.Message}; name one that this user may read");
        }
    }
}
