using VirtTools.Wire;

namespace VirtTools.Launch;

/// <summary>The options of the appliance's kernel: those of the original, whose daemon and init read some of them from /proc/cmdline.</summary>
internal static class KernelCommandLine
{
    /// <summary>The terminal where nobody names another.</summary>
    public const string PlainTerminal = "linux";

    private static readonly string[] Always =
    [
        "panic=1", // reboot at once, which -no-reboot turns into the end of QEMU
        "console=ttyS0",
        "edd=off",
        "udevtimeout=6000",
        "udev.event-timeout=6000",
        "no_timer_check", // the check fails now and then on a loaded host
        "printk.time=1",
        "cgroup_disable=memory",
        "usbcore.nousb",
        "cryptomgr.notests", // self-tests of ciphers take a second under emulation
        "tsc=reliable",
        "8250.nr_uarts=1",
        // All that runs there is the daemon, as root: nobody to protect the kernel from. Emulated, another page table at each system call and
        // indirect jumps by way of a return cost much more than on a processor.
        "mitigations=off",
        "init_on_alloc=0", // what programs get is zeroed all the same
        "psi=0", // nobody reads how long tasks wait
    ];

    public static string Of(LaunchConfiguration configuration)
    {
        List<string> options = [.. Always, $"root=UUID={configuration.Appliance.RootUuid}", configuration.Selinux ? "selinux=1 enforcing=0" : "lsm=capability selinux=0"];
        options.Add(configuration.Verbose ? "guestfs_verbose=1" : "quiet");
        if (configuration.Network)
        {
            options.Add("guestfs_network=1");
        }

        if (configuration.Appliance.TakesHandOver)
        {
            options.Add(HandOver.KernelOption);
        }

        if (configuration.BecomesTemplate)
        {
            options.Add(HandOver.TemplateOption);
        }

        options.Add($"TERM={configuration.Terminal}");
        if (!string.IsNullOrEmpty(configuration.Append))
        {
            options.Add(configuration.Append);
        }

        return string.Join(' ', options);
    }

    /// <summary>The value of TERM, which is anybody's text, as far as it can be a kernel option: a space would begin the next one.</summary>
    public static string TerminalOf(string? variable) =>
        variable is { Length: > 0 and < 64 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+' or '_')
            ? name
            : PlainTerminal;
}
