using VirtTools.CommandLine.Options;

namespace VirtTools.Commands;

/// <summary>The options of virt-cat; its operands are files.</summary>
internal sealed class CatOptions : MountingOptions
{
    public IReadOnlyList<string> Files => Operands;

    protected override void Check()
    {
        if (Drives.Count == 0)
        {
            TakeDrivesFromOperands(kept: 1);
        }

        base.Check();
        if (Drives.Count == 0)
        {
            throw new UsageException("which guest? name its image with -a, or a libvirt guest with -d") { ShowsSynopsis = true };
        }

        if (Files.Count == 0)
        {
            throw new UsageException("which file? name at least one") { ShowsSynopsis = true };
        }
    }
}
