using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Launch.Templates;

namespace VirtTools.Tests.Launch.Templates;

/// <summary>Which launches may come from a template, and which of them share one.</summary>
public sealed class ResumptionTests : IDisposable
{
    private readonly ImageLayer placeholder = TemplateMaker.CreatePlaceholder();

    private static LaunchConfiguration Plain => new()
    {
        Appliance = new("/kernel", "/initrd", "/root", "00000000-0000-0000-0000-000000000000") { TakesHandOver = true },
        CacheFolder = "/cache",
    };

    public void Dispose() => placeholder.Dispose();

    [Fact]
    public void An_ordinary_launch_is_resumed() => Assert.True(Resumption.IsPossible(Plain, out _));

    [Fact]
    public void What_a_template_does_not_hold_boots()
    {
        LaunchConfiguration[] odd =
        [
            Plain with { Templates = TemplateUse.Never },
            Plain with { CacheFolder = null },
            Plain with { Appliance = Plain.Appliance with { TakesHandOver = false } },
            Plain with { ExtraParameters = [new("-device", "usb-mouse")] },
            Plain with { Append = "debug" },
            Plain with { Network = true },
            Plain with { Selinux = true },
            Plain with { Drives = [Drive() with { Interface = DriveInterface.Virtio }] },
            Plain with { Drives = [Drive(), Drive() with { Index = 1, Interface = DriveInterface.Ide }] },
        ];

        Assert.All(odd, configuration =>
        {
            Assert.False(Resumption.IsPossible(configuration, out var objection));
            Assert.NotEmpty(objection);
        });
    }

    [Fact]
    public void Drives_and_wordiness_make_no_other_template()
    {
        Assert.Equal(KeyOf(Plain), KeyOf(Plain with { Drives = [Drive(), Drive() with { Index = 1, Serial = "disk", BlockSize = 4096 }] }));
        Assert.Equal(KeyOf(Plain), KeyOf(Plain with { Verbose = true, Terminal = "xterm" }));
    }

    [Fact]
    public void What_shapes_the_machine_makes_another_template()
    {
        var plan = Plan;
        string[] keys =
        [
            KeyOf(Plain),
            KeyOf(Plain with { MemoryMiB = 512 }),
            KeyOf(Plain with { Processors = 2 }),
            KeyOf(Plain with { Appliance = Plain.Appliance with { RootUuid = "11111111-1111-1111-1111-111111111111" } }),
            KeyOf(Plain, appliance: "another kernel"),
            KeyOf(Plain, version: "9.9.9"),
            KeyOf(Plain, plan with { Machine = "pc-q35-6.0" }),
            KeyOf(Plain, plan with { Sandbox = false }),
            KeyOf(Plain, plan with { Accelerator = Accelerator.Kvm }),
            KeyOf(Plain, plan with { Binary = plan.Binary with { Identity = "a newer file" } }),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[0-9a-f]{32}$", key));
    }

    private LaunchDrive Drive() => new() { Index = 0, Layers = [placeholder] };

    private static QemuPlan Plan { get; } =
        new(new("/usr/bin/qemu", "/usr/bin/qemu", IsWrapper: false, "a file"), Accelerator.Tcg, "pc-q35-7.2", Sandbox: true);

    private string KeyOf(LaunchConfiguration configuration, QemuPlan? plan = null, string version = "7.2.0", string appliance = "the appliance")
    {
        plan ??= Plan;
        var machine = TemplateMaker.ConfigurationFor(configuration, placeholder);
        return TemplateKey.Of(plan, version, new QemuCommandLine(plan, machine, [placeholder], MachineMemory.Shared).Arguments, appliance);
    }
}
