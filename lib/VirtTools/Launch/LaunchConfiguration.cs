using Microsoft.Win32.SafeHandles;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>What QEMU boots.</summary>
/// <param name="Kernel">The path of the kernel.</param>
/// <param name="Initrd">The path of the initial RAM disk.</param>
/// <param name="Root">The path of the root file system image, raw.</param>
/// <param name="RootUuid">The UUID of the file system in it.</param>
internal sealed record ApplianceImage(string Kernel, string Initrd, string Root, string RootUuid)
{
    /// <summary>Its daemon is ours and takes a hand-over before it says that it is ready.</summary>
    public bool TakesHandOver { get; init; }

    /// <summary>The appliance writes to its root file system, as those of supermin do: it gets an overlay that is thrown away.</summary>
    public bool WritesRoot { get; init; }
}

/// <summary>Who decides between KVM and emulation.</summary>
internal enum AcceleratorChoice
{
    /// <summary>KVM where it works, found out once for each host and boot.</summary>
    Automatic,

    /// <summary><c>force_kvm</c>: KVM or an error.</summary>
    Kvm,

    /// <summary><c>force_tcg</c>: emulation.</summary>
    Tcg,
}

/// <summary>Whether a launch may come from a template.</summary>
internal enum TemplateUse
{
    /// <summary>Yes, where the configuration allows it.</summary>
    WherePossible,

    /// <summary>Under KVM too, where it has not been found out yet that the host can do it.</summary>
    OnTrial,

    /// <summary>The machine boots.</summary>
    Never,
}

/// <summary>A parameter that the caller adds to QEMU's command line, such as <c>-device</c> and its value.</summary>
internal readonly record struct QemuParameter(string Name, string? Value);

/// <summary>Everything that a launch depends on.</summary>
internal sealed record LaunchConfiguration
{
    /// <summary>Memory of the appliance where nobody chose: LUKS2 with argon2id needs it.</summary>
    public const int DefaultMemoryMiB = 1280;

    public required ApplianceImage Appliance { get; init; }

    /// <summary>The drives, each with an index of its own. They stay open after the launch; QEMU has duplicates.</summary>
    public IReadOnlyList<LaunchDrive> Drives { get; init; } = [];

    /// <summary>The memory that is shown to the guest as the disk for bulk content; null for an appliance that is not ours. It stays open after the launch.</summary>
    public SafeFileHandle? Mailbox { get; init; }

    public int MemoryMiB { get; init; } = DefaultMemoryMiB;

    /// <summary>Virtual processors.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Further kernel options; they come last, so they win.</summary>
    public string? Append { get; init; }

    /// <summary>The terminal's name, for the kernel's command line.</summary>
    public string Terminal { get; init; } = KernelCommandLine.TerminalOf(ProcessEnvironment.Get("TERM"));

    /// <summary>Whether a template may be resumed, and made where there is none.</summary>
    public TemplateUse Templates { get; init; } = TemplateUse.WherePossible;

    /// <summary>This machine becomes a template itself.</summary>
    public bool BecomesTemplate { get; init; }

    /// <summary>When each part of the launch was done.</summary>
    public LaunchTimeline Timeline { get; init; } = new();

    /// <summary>The appliance says on its console what it does.</summary>
    public bool Verbose { get; init; }

    /// <summary>The appliance gets a network card behind QEMU's user-mode network.</summary>
    public bool Network { get; init; }

    /// <summary>A path, or a name to be found on PATH; null looks for QEMU where distributions put it.</summary>
    public string? Hypervisor { get; init; }

    public AcceleratorChoice Accelerator { get; init; }

    /// <summary>SELinux in the appliance is on, without enforcing.</summary>
    public bool Selinux { get; init; }

    public IReadOnlyList<QemuParameter> ExtraParameters { get; init; } = [];

    /// <summary>Where throw-away overlays are made.</summary>
    public TemporaryFolder TemporaryFolder { get; init; } = TemporaryFolder.Choose(ProcessEnvironment.Get);

    /// <summary>Where what was learnt about this host is kept; null keeps nothing.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>How long it may take until QEMU runs the guest's first instruction.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Why KVM is out of the question; null where it is worth a try.</summary>
    public Func<string?> ObjectionToKvm { get; init; } = KvmProbe.ReasonAgainst;

    /// <summary>How long the first guest under KVM may be silent: enough for a slow host, and little enough to wait for once.</summary>
    public TimeSpan KvmTrial { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Takes a sentence that the user should see.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Hears how far something has come that is done once and takes seconds: a stage, and a fraction of 1.</summary>
    public Action<string, double> Progress { get; init; } = static (_, _) => { };

    /// <summary>Takes a line for those who asked for verbose output.</summary>
    public Action<string> Trace { get; init; } = static _ => { };
}
