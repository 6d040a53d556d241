namespace VirtTools.Launch;

/// <summary>What carries out the guest's instructions.</summary>
internal enum Accelerator
{
    Tcg,
    Kvm,
}

/// <summary>One attempt: the decisions that a failed attempt may change.</summary>
/// <param name="Binary">The program.</param>
/// <param name="Accelerator">KVM or emulation.</param>
/// <param name="Machine">The machine type; the versioned name where it is known.</param>
/// <param name="Sandbox">QEMU's own seccomp filter is asked for.</param>
internal sealed record QemuPlan(QemuBinary Binary, Accelerator Accelerator, string Machine, bool Sandbox);

/// <summary>The descriptors that QEMU inherits, by number.</summary>
internal static class QemuDescriptors
{
    public const int Monitor = 3;
    public const int Channel = 4;
    public const int Console = 5;
    public const int Kernel = 6;
    public const int Initrd = 7;

    /// <summary>The device state of a template, which a resumed QEMU reads.</summary>
    public const int State = 8;

    /// <summary>From here on: layers of the root image, then those of drives that must be on the command line.</summary>
    public const int FirstLayer = 9;
}

/// <summary>What stands behind the memory of the machine.</summary>
internal enum MachineMemory
{
    /// <summary>Nothing: a machine that boots.</summary>
    Anonymous,

    /// <summary>A file that holds what the guest writes: a machine that becomes a template.</summary>
    Shared,

    /// <summary>A template's file, mapped privately: a machine that is resumed from it. It does not run before the state has been loaded.</summary>
    Private,
}
