using VirtTools.Daemon.Programs;

namespace VirtTools.Daemon.Inspection;

/// <summary>Tells snapshots of btrfs subvolumes: an older state of a root that is there already is no guest of its own.</summary>
internal static class BtrfsSnapshot
{
    private const string ParentField = "Parent UUID:";
    private const string NoParent = "-";

    /// <summary>Whether the subvolume mounted at a folder was made from another one.</summary>
    /// <param name="type">Type of the file system.</param>
    public static bool IsOne(string folder, string type)
    {
        if (type != "btrfs")
        {
            return false;
        }

        var shown = ProgramRunner.TryRun(["btrfs", "subvolume", "show", "--", folder]);
        return shown.IsSuccess && HasParent(shown.OutputText);
    }

    /// <summary>The same from what btrfs prints.</summary>
    public static bool HasParent(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.AsSpan().TrimStart().StartsWith(ParentField, StringComparison.Ordinal))
            {
                return line.Trim()[ParentField.Length..].Trim() is not (NoParent or "");
            }
        }

        return false;
    }
}
