using VirtTools.CommandLine.Completion;
using VirtTools.Launch;

namespace VirtTools.Tests.Completion;

/// <summary>When the Tab key may start a QEMU: only where the guest is there at once.</summary>
public sealed class GuestPathTests : IDisposable
{
    private static readonly QemuBinary s_qemu = QemuBinary.Find(null);

    private readonly string _cache = Directory.CreateTempSubdirectory("virttools-completion-test-").FullName;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public void Nothing_is_started_where_an_appliance_would_boot_under_emulation() => Assert.False(GuestPathCandidates.IsQuick(_cache, s_qemu));

    [Fact]
    public void A_template_is_quick()
    {
        Directory.CreateDirectory($"{_cache}/templates/00112233445566778899aabbccddeeff");

        Assert.True(GuestPathCandidates.IsQuick(_cache, s_qemu));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void KVM_is_quick_where_it_has_worked(bool works)
    {
        new HostKnowledge { Qemu = s_qemu.Identity, Boot = HostKnowledge.ThisBoot, KvmWorks = works }.Save(_cache);

        Assert.Equal(works, GuestPathCandidates.IsQuick(_cache, s_qemu));
    }
}
