using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Launch;

/// <summary>
/// What the launcher takes from QEMU before it starts: a user of its own where we are root, and with Landlock every file but its own program,
/// libraries, firmware and the appliance. Images reach it as descriptors only.
/// </summary>
internal sealed class Fence
{
    private const string KvmDevice = "/dev/kvm";

    // Folders are readable with all beneath them; what does not exist is skipped. None of them holds a user's data.
    internal static readonly string[] SystemPlaces =
    [
        "/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/usr/libexec",
        "/usr/share/qemu", "/usr/share/qemu-kvm", "/usr/share/seabios", "/usr/share/seavgabios", "/usr/share/vgabios", "/usr/share/ipxe", "/usr/share/OVMF",
        "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
        "/sys/devices/system/cpu", "/sys/devices/system/node", "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm/overcommit_memory", "/dev/urandom",
    ];

    // Name resolution: for the guest, which QEMU's user-mode network does, and for servers of disks.
    private static readonly string[] NetworkPlaces =
        ["/etc/resolv.conf", "/run/systemd/resolve", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services"];

    private readonly List<string> options = [];

    /// <summary>Decides it for one attempt.</summary>
    public Fence(QemuPlan plan, LaunchConfiguration configuration)
    {
        // A parameter of the user's own may name any file; a wrapper may start anything.
        IsOpen = configuration.ExtraParameters.Count > 0 || plan.Binary.IsWrapper;
        AddIdentity(plan, mayChange: configuration.ExtraParameters.Count == 0);
        if (!IsOpen)
        {
            AddPlaces(plan, configuration.Network, []);
            foreach (var descriptor in (ReadOnlySpan<int>)[QemuDescriptors.Kernel, QemuDescriptors.Initrd])
            {
                options.AddRange(["--read-descriptor", $"{descriptor}"]);
            }
        }
    }

    /// <summary>Decides it for a QEMU that runs no guest and talks to a server.</summary>
    public Fence(QemuPlan plan, FenceGate gate)
    {
        IsOpen = plan.Binary.IsWrapper;
        AddIdentity(plan, mayChange: !gate.KeepsUser);
        if (!IsOpen)
        {
            AddPlaces(plan, gate.NeedsNetwork, gate.Places);
        }
    }

    /// <summary>No Landlock, because QEMU may need files that we do not know.</summary>
    public bool IsOpen { get; }

    /// <summary>QEMU is not the owner of our files: what it opens by itself must be readable by everybody.</summary>
    public bool ChangesUser { get; private set; }

    /// <summary>Root's powers are gone, whatever the user is called.</summary>
    public bool DropsPowers { get; private set; }

    /// <summary>Options of virttools-launch.</summary>
    public IReadOnlyList<string> Options => options;

    private void AddIdentity(QemuPlan plan, bool mayChange)
    {
        if (Libc.GetEUid() != 0)
        {
            return;
        }

        DropsPowers = true;
        if (mayChange
            && UnprivilegedUser.Choose() is { } user
            && UnprivilegedUser.CanExecute(plan.Binary.RealPath)
            && UnprivilegedUser.CanExecute(Path.GetFullPath(plan.Binary.Path))
            && (plan.Accelerator == Accelerator.Tcg || KvmGroup(user) is not null))
        {
            ChangesUser = true;
            var group = plan.Accelerator == Accelerator.Kvm ? KvmGroup(user)!.Value : user;
            options.AddRange(["--user", $"{user}:{group}"]);
            return;
        }

        options.Add("--drop-capabilities");
    }

    // The group through which a user without powers can open /dev/kvm; null where only its owner can.
    private static uint? KvmGroup(uint user)
    {
        const uint GroupReadWrite = 0x30; // 060
        const uint OthersReadWrite = 6;
        if (Descriptors.TryStat(KvmDevice) is not { } status)
        {
            return null;
        }

        if ((status.Permissions & OthersReadWrite) == OthersReadWrite)
        {
            return user;
        }

        return (status.Permissions & GroupReadWrite) == GroupReadWrite && status.GroupId != 0 ? status.GroupId : null;
    }

    private void AddPlaces(QemuPlan plan, bool network, IReadOnlyList<string> further)
    {
        options.Add("--fence");
        if (network)
        {
            options.Add("--network");
        }

        foreach (var place in (IEnumerable<string>)[.. SystemPlaces, .. ProgramPlaces(plan.Binary), .. network ? NetworkPlaces : [], .. further])
        {
            options.AddRange(["--read", place]);
        }

        options.AddRange(["--write", "/dev/null"]);
        if (plan.Accelerator == Accelerator.Kvm)
        {
            options.AddRange(["--write", KvmDevice]);
        }
    }

    // Its own file, and the libraries and firmware of an installation outside /usr (/opt/qemu/bin) or of a build folder.
    internal static IEnumerable<string> ProgramPlaces(QemuBinary binary)
    {
        yield return binary.RealPath;
        var folder = Path.GetDirectoryName(binary.RealPath)!;
        if (folder is "/usr/bin" or "/bin" or "/")
        {
            yield break;
        }

        if (Path.GetFileName(folder) is not ("bin" or "libexec"))
        {
            yield return folder;
            yield return folder + "/../pc-bios";
            yield break;
        }

        foreach (var sibling in (string[])["lib", "lib64", "libexec", "share/qemu", "share/qemu-firmware", "share/seabios"])
        {
            yield return $"{Path.GetDirectoryName(folder)}/{sibling}";
        }
    }
}
