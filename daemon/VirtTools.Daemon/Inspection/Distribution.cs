namespace VirtTools.Daemon.Inspection;

/// <summary>A program that manages packages.</summary>
/// <param name="SinceMajor">From which version of the distribution on.</param>
/// <param name="Path">Where it must be installed; null where the version says enough.</param>
internal sealed record PackageManager(string Name, int SinceMajor = 0, string? Path = null);

/// <summary>What the API says of a distribution. To add one, add an entry to <see cref="Known"/>.</summary>
/// <param name="Name">The API's name.</param>
/// <param name="Ids">Values of ID in os-release(5); one that ends in <c>*</c> stands for all that start so.</param>
/// <param name="PackageFormat">Format of its packages.</param>
/// <param name="Managers">By falling version.</param>
internal sealed record Distribution(string Name, string[] Ids, string PackageFormat, params PackageManager[] Managers)
{
    private const string Unknown = "unknown";

    private static readonly PackageManager Apt = new("apt");
    private static readonly PackageManager Zypper = new("zypper");
    private static readonly PackageManager Urpmi = new("urpmi");
    private static readonly PackageManager Yum = new("yum");

    // Red Hat and all that is built from it.
    private static readonly PackageManager[] RedHat = [new("dnf", 8), new("yum", 5), new("up2date", 2)];

    /// <summary>Stands for what is not in the table.</summary>
    public static readonly Distribution None = new(Unknown, [], Unknown);

    /// <summary>All that are known.</summary>
    public static readonly Distribution[] Known =
    [
        new("alpinelinux", ["alpine"], "apk", new PackageManager("apk")),
        new("altlinux", ["altlinux"], "rpm", Apt),
        new("archlinux", ["arch"], "pacman", new PackageManager("pacman")),
        new("buildroot", ["buildroot"], Unknown),
        new("centos", ["centos"], "rpm", RedHat),
        new("cirros", ["cirros"], Unknown),
        new("coreos", ["coreos"], Unknown),
        new("debian", ["debian"], "deb", Apt),
        new("fedora", ["fedora"], "rpm", new("dnf", 22, "/usr/bin/dnf"), new("yum", 1)),
        new("frugalware", ["frugalware"], "pacman", new PackageManager("pacman")),
        new("gentoo", ["gentoo"], "ebuild", new PackageManager("portage")),
        new("kalilinux", ["kali"], "deb", Apt),
        new("kylin", ["kylin"], "deb", Apt),
        new("linuxmint", ["linuxmint"], "deb", Apt),
        new("mageia", ["mageia"], "rpm", Urpmi),
        new("mandriva", ["mandriva"], "rpm", Urpmi),
        new("meego", ["meego"], "rpm", Yum),
        new("neokylin", ["neokylin"], "rpm", Yum),
        new("openmandriva", ["openmandriva"], "rpm", new PackageManager("dnf")),
        new("opensuse", ["opensuse*"], "rpm", Zypper),
        new("oraclelinux", ["ol"], "rpm", RedHat),
        new("pardus", ["pardus"], "pisi", new PackageManager("pisi")),
        new("pldlinux", ["pld"], "rpm"),
        new("redhat-based", [], "rpm", RedHat),
        new("rhel", ["rhel"], "rpm", RedHat),
        new("rocky", ["rocky"], "rpm", RedHat),
        new("scientificlinux", ["scientific"], "rpm", RedHat),
        new("slackware", ["slackware"], Unknown),
        new("sles", ["sles", "sled"], "rpm", Zypper),
        new("suse-based", [], "rpm", Zypper),
        new("ttylinux", ["ttylinux"], Unknown),
        new("ubuntu", ["ubuntu"], "deb", Apt),
        new("voidlinux", ["void"], "xbps", new PackageManager("xbps")),
    ];

    /// <summary>The distribution with an API name.</summary>
    public static Distribution Named(string name) => Array.Find(Known, distribution => distribution.Name == name) ?? None;

    /// <summary>The distribution with an ID of os-release(5).</summary>
    public static Distribution WithId(string id) => Array.Find(Known, distribution => distribution.Ids.Any(known => Matches(known, id))) ?? None;

    /// <summary>The program that manages packages in that version.</summary>
    /// <param name="isInstalled">Whether the guest has a file.</param>
    public string ManagerIn(int major, Func<string, bool> isInstalled)
    {
        foreach (var manager in Managers)
        {
            if (major >= manager.SinceMajor && (manager.Path is null || isInstalled(manager.Path)))
            {
                return manager.Name;
            }
        }

        return Unknown;
    }

    private static bool Matches(string known, string id) =>
        known.EndsWith('*') ? id.StartsWith(known[..^1], StringComparison.Ordinal) : id == known;
}
