namespace VirtTools.Appliance;

/// <summary>What QEMU boots.</summary>
/// <param name="Kernel">The path of the kernel.</param>
/// <param name="Initrd">The path of the initial RAM disk.</param>
/// <param name="Root">The path of the root file system image.</param>
/// <param name="RootUuid">The UUID of the root file system.</param>
/// <param name="Manifest">Null for an appliance that is not ours, such as one that supermin built.</param>
internal sealed record ApplianceFiles(string Kernel, string Initrd, string Root, Guid RootUuid, ApplianceManifest? Manifest)
{
    /// <summary>The names of the files in a folder that holds an appliance.</summary>
    public const string KernelName = "kernel", InitrdName = "initrd", RootName = "root";

    /// <summary>The mark of a fixed appliance, which the original's library looks for.</summary>
    public const string ReadmeName = "README.fixed";
}
