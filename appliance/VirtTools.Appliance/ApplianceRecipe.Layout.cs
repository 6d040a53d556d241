using System.Security.Cryptography;
using System.Text;

namespace VirtTools.Appliance;

internal static partial class ApplianceRecipe
{
    /// <summary>Folders that packages do not bring: mount points and places for what programs write (the init puts a tmpfs on them).</summary>
    public static IReadOnlyList<string> Folders { get; } =
        ["/dev", "/etc", "/proc", "/root", "/run", "/sys", "/sysroot", "/tmp", "/var/lib", "/var/log", "/var/tmp"];

    /// <summary>Symbolic links that maintainer scripts would make (name, target), and one to what the daemon writes when there is a network.</summary>
    public static IReadOnlyList<(string Name, string Target)> Links { get; } =
    [
        ("/etc/mtab", "/proc/self/mounts"), ("/usr/bin/awk", "mawk"), ("/usr/bin/sh", "dash"), ("/var/lock", "/run/lock"), ("/var/run", "/run"),
        ("/etc/resolv.conf", "/run/resolv.conf"),
    ];

    /// <summary>Configuration of the appliance's own (path, content).</summary>
    public static IReadOnlyList<(string Path, string Content)> Configuration { get; } =
    [
        ("/etc/group", "root:x:0:\ndisk:x:6:\nnogroup:x:65534:\n"),
        ("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"),
        ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
        ("/etc/hosts", "127.0.0.1 localhost\n"),
        ("/etc/fstab", "# Nothing: the init mounts the root file system itself.\n"),
        ("/etc/lvm/lvm.conf", LvmConfiguration),
    ];

    // There is no udevd in the appliance, so lvm must neither wait for it nor ask it; the root file system cannot be written.
    private const string LvmConfiguration =
        """
        activation {
            udev_sync = 0
            udev_rules = 0
            verify_udev_operations = 0
            monitoring = 0
        }
        backup {
            backup = 0
            archive = 0
        }
        devices {
            external_device_info_source = "none"
            obtain_device_list_from_udev = 0
            use_devicesfile = 0
            scan_lvs = 0
            global_filter = [ "a|.*|" ]
        }
        global {
            locking_dir = "/run/lock/lvm"
            use_lvmlockd = 0
            use_lvmpolld = 0
            event_activation = 0
        }

        """;

    /// <summary>A hash over everything in the recipe, so that no change of it goes without a new build id.</summary>
    public static string Fingerprint()
    {
        var text = new StringBuilder();
        text.Append(Revision).Append('\n').Append(Suite).Append('\n').Append(Architecture).Append('\n');
        IEnumerable<string> parts =
        [
            .. Packages, .. DroppedPrefixes, .. Dropped.Order(StringComparer.Ordinal), .. DroppedFolders,
            .. Converters.Order(StringComparer.Ordinal), .. DroppedFiles.Order(StringComparer.Ordinal), .. BootModules, .. ModuleFolders, .. Modules.Order(StringComparer.Ordinal),
            .. ModulesLeftOut.Order(StringComparer.Ordinal), .. Folders, .. Links.Select(link => $"{link.Name} {link.Target}"),
            .. Configuration.Select(file => $"{file.Path}\n{file.Content}"),
        ];
        text.AppendJoin('\n', parts);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
