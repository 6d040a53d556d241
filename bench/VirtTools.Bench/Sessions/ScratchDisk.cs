using VirtTools.Fixtures.Building;

namespace VirtTools.Bench.Sessions;

/// <summary>An ext4 on a raw disk, to be written to.</summary>
internal static class ScratchDisk
{
    /// <summary>Makes one in the work folder.</summary>
    public static SessionDrive Make(Workbench bench, string name, long size)
    {
        var image = Path.Combine(bench.WorkFolder, $"{name}.img");
        SparseFile.Create(image, size);
        Fixtures.Building.Programs.Mke2fs.Run("-q", "-F", "-t", "ext4", image);
        return new(image, "raw", IsReadOnly: false);
    }
}
