namespace VirtTools.Daemon.Inspection.Linux;

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
    private static readonly PackageManager Dnf = new("dnf");
    private static readonly PackageManager TinyDnf = new("tdnf");
    private static readonly PackageManager Pacman = new("pacman");

    // Red Hat and all that is built from it.
    private static readonly PackageManager[] RedHat = [new("dnf", 8), new("yum", 5), new("up2date", 2)];

    /// <summary>Stands for what is not in the table.</summary>
    public static readonly Distribution None = new(Unknown, [], Unknown);

    /// <summary>All that are known.</summary>
    public static readonly Distribution[] Known =
    [
        new("almalinux", ["almalinux"], "rpm", RedHat),
        new("alpinelinux", ["alpine"], "apk", new PackageManager("apk")),
        new("altlinux", ["altlinux"], "rpm", Apt),
        new("amzn", ["amzn"], "rpm", new("dnf", 2023, "/usr/bin/dnf"), Yum),
        new("anolis", ["anolis"], "rpm", RedHat),
        new("archlinux", ["arch", "archarm"], "pacman", Pacman),
        new("azurelinux", ["azurelinux", "mariner"], "rpm", TinyDnf),
        new("buildroot", ["buildroot"], Unknown),
        new("centos", ["centos"], "rpm", RedHat),
        new("cirros", ["cirros"], Unknown),
        new("cloudlinux", ["cloudlinux"], "rpm", RedHat),
        new("coreos", ["coreos"], Unknown),
        new("debian", ["debian"], "deb", Apt),
        new("devuan", ["devuan"], "deb", Apt),
        new("elementary", ["elementary"], "deb", Apt),
        new("endeavouros", ["endeavouros"], "pacman", Pacman),
        new("fedora", ["fedora"], "rpm", new("dnf", 22, "/usr/bin/dnf"), new("yum", 1)),
        new("flatcar", ["flatcar"], Unknown),
        new("freebsd", ["freebsd"], "pkgsrc", new PackageManager("pkg")),
        new("freedos", [], Unknown),
        new("frugalware", ["frugalware"], "pacman", Pacman),
        new("gentoo", ["gentoo"], "ebuild", new PackageManager("portage")),
        new("kalilinux", ["kali"], "deb", Apt),
        new("kylin", ["kylin"], "deb", Apt),
        new("linuxmint", ["linuxmint"], "deb", Apt),
        new("mageia", ["mageia"], "rpm", Urpmi),
        new("mandriva", ["mandriva"], "rpm", Urpmi),
        new("manjaro", ["manjaro", "manjaro-arm"], "pacman", Pacman),
        new("meego", ["meego"], "rpm", Yum),
        new("msdos", [], Unknown),
        new("neokylin", ["neokylin"], "rpm", Yum),
        new("netbsd", ["netbsd"], "pkgsrc"),
        new("nixos", ["nixos"], Unknown),
        new("openbsd", ["openbsd"], "pkgsrc"),
        new("openEuler", ["openEuler"], "rpm", Dnf),
        new("openmandriva", ["openmandriva"], "rpm", Dnf),
        new("opensuse", ["opensuse*"], "rpm", Zypper),
        new("oraclelinux", ["ol"], "rpm", RedHat),
        new("pardus", ["pardus"], "pisi", new PackageManager("pisi")),
        new("photon", ["photon"], "rpm", TinyDnf),
        new("pldlinux", ["pld"], "rpm"),
        new("pop", ["pop"], "deb", Apt),
        new("raspbian", ["raspbian"], "deb", Apt),
        new("redhat-based", [], "rpm", RedHat),
        new("rhel", ["rhel"], "rpm", RedHat),
        new("rocky", ["rocky"], "rpm", RedHat),
        new("scientificlinux", ["scientific"], "rpm", RedHat),
        new("slackware", ["slackware"], Unknown),
        new("sles", ["sles*", "sled*", "sle-micro*", "sl-micro*"], "rpm", Zypper),
        new("suse-based", [], "rpm", Zypper),
        new("ttylinux", ["ttylinux"], Unknown),
        new("ubuntu", ["ubuntu"], "deb", Apt),
        new("voidlinux", ["void"], "xbps", new PackageManager("xbps")),
        new("wolfi", ["wolfi", "chainguard"], "apk", new PackageManager("apk")),
    ];

    /// <summary>Whose relatives are called by the name of the family: they number their versions as they like.</summary>
    private static readonly (string Id, string Family)[] Families =
    [
        ("rhel", "redhat-based"), ("centos", "redhat-based"), ("fedora", "redhat-based"),
        ("suse", "suse-based"), ("opensuse", "suse-based"), ("sles", "suse-based"),
    ];

    /// <summary>The distribution with an API name.</summary>
    public static Distribution Named(string name) => Array.Find(Known, distribution => distribution.Name == name) ?? None;

    /// <summary>The distribution with an ID of os-release(5).</summary>
    public static Distribution WithId(string id) => Array.Find(Known, distribution => distribution.Ids.Any(known => Matches(known, id))) ?? None;

    /// <summary>The last resort for one that is not in the table: what it says it is like.</summary>
    /// <param name="likes">ID_LIKE of os-release(5): IDs, the closest first.</param>
    public static Distribution Like(string likes)
    {
        foreach (var id in likes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var family = Array.Find(Families, known => known.Id == id).Family;
            if ((family is null ? WithId(id) : Named(family)) is var found && found != None)
            {
                return found;
            }
        }

        return None;
    }

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
