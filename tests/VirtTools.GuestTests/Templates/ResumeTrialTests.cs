using VirtTools.GuestTests.Commands;
using VirtTools.Posix;

namespace VirtTools.GuestTests.Templates;

/// <summary>Whether appliances are resumed under KVM is found out by trying, once for each host. A script plays the KVM: it has QEMU emulate instead.</summary>
public sealed class ResumeTrialTests : IDisposable
{
    private const long DiskSize = 64 * 1024 * 1024;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_host_that_passes_the_trial_resumes_from_then_on()
    {
        var hypervisor = PlayedKvm("");

        Assert.Contains("the appliance boots", Run("virt-df", hypervisor, "-v", "-a", Disk()).Error, StringComparison.Ordinal);
        var trial = Run("virt-appliance", hypervisor, "template", "--rebuild");
        var after = Run("virt-df", hypervisor, "-v", "-a", Disk());

        Assert.Equal(0, trial.ExitCode);
        Assert.Contains(", made ", trial.Text, StringComparison.Ordinal);
        Assert.Equal(0, after.ExitCode);
        Assert.Contains("state restored", after.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_fails_the_trial_is_told_so_and_boots()
    {
        var hypervisor = PlayedKvm("""for a in "$@"; do [ "$a" = -incoming ] && echo 'qemu: no such MSR' >&2 && exit 1; done""");

        var trial = Run("virt-appliance", hypervisor, "template", "--rebuild");
        var after = Run("virt-df", hypervisor, "-v", "-a", Disk());

        Assert.Equal(1, trial.ExitCode);
        Assert.Contains("cannot be resumed under KVM here", trial.Error, StringComparison.Ordinal);
        Assert.Equal(0, after.ExitCode);
        Assert.DoesNotContain("state restored", after.Error, StringComparison.Ordinal);
    }

    private string PlayedKvm(string first)
    {
        var qemu = new Guestfs().GetHv();
        var path = folder["qemu"];
        File.WriteAllText(path, $$"""
            #!/bin/bash
            {{first}}
            words=()
            for a in "$@"; do
              case "$a" in kvm) a=tcg;; host) a=max,la57=off;; esac
              words+=("$a")
            done
            exec {{qemu}} "${words[@]}"
            """);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private Ending Run(string command, string hypervisor, params IReadOnlyList<string> arguments)
    {
        var start = Published.Prepare(command, folder.Path, arguments);
        start.Environment["LIBGUESTFS_CACHEDIR"] = folder.Path;
        start.Environment["LIBGUESTFS_HV"] = hypervisor;
        start.Environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_kvm";
        return Published.Finish(start);
    }

    private string Disk()
    {
        using var file = Descriptors.Open(folder["disk.img"], OpenFlags.ReadWrite | OpenFlags.Create, 0x1A4);
        Descriptors.Truncate(file, DiskSize);
        return folder["disk.img"];
    }
}
