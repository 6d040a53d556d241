using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class KernelModulesTests
{
    // As depmod writes it: all dependencies, the direct ones first.
    private const string ModulesDep =
        """
        kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko
        kernel/fs/jbd2/jbd2.ko:
        kernel/fs/mbcache.ko:
        kernel/lib/crc16.ko:
        kernel/drivers/scsi/virtio_scsi.ko: kernel/drivers/scsi/scsi_mod.ko kernel/drivers/scsi/scsi_common.ko
        kernel/drivers/scsi/scsi_mod.ko: kernel/drivers/scsi/scsi_common.ko
        kernel/drivers/scsi/scsi_common.ko:
        kernel/drivers/char/hw_random/virtio-rng.ko:

        """;

    private readonly KernelModules modules = KernelModules.Parse(ModulesDep);

    [Fact]
    public void Dependencies_come_first()
    {
        var order = modules.InLoadOrder(["virtio_scsi", "ext4"]).Select(KernelModules.NameOf);

        Assert.Equal(["scsi_common", "scsi_mod", "virtio_scsi", "jbd2", "mbcache", "crc16", "ext4"], order);
    }

    [Fact]
    public void A_module_is_known_by_its_name_with_underscores()
    {
        Assert.Equal(["kernel/drivers/char/hw_random/virtio-rng.ko"], modules.InLoadOrder(["virtio_rng"]));
    }

    [Fact]
    public void A_module_that_the_kernel_lacks_is_an_error()
    {
        var error = Assert.Throws<ApplianceException>(() => modules.InLoadOrder(["nosuch"]));

        Assert.Equal("the kernel has no module nosuch", error.Message);
    }

    [Fact]
    public void A_selection_holds_its_dependencies()
    {
        Assert.Equal(4, modules.WithDependencies(["kernel/fs/ext4/ext4.ko"]).Count);
    }
}
