using System.Diagnostics;
using System.Text.Json;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

/// <summary>Real builds: they need apt and, the first time, the network.</summary>
[Trait("Category", "Appliance")]
public sealed class BuildTests(BuiltAppliance built) : IClassFixture<BuiltAppliance>, IDisposable
{
    // Not there, and why: no Debian 12 package of main has it, it needs a network or another machine, or nothing here runs udev or systemd.
    private static readonly HashSet<string> AbsentPrograms =
    [
        "clevis", "clevis-luks-unlock", "dhclient", "dhcpcd", "ip", "fuse-exfat", "mount.exfat-fuse", "gost12sum", "gostsum", "lvmdevices", "vgimportdevices",
        "mkfs.hfsplus", "mkfs.ufs", "reboot", "systemd-tmpfiles", "systemd-udevd", "udevadm",
    ];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Another_user_with_another_umask_gets_the_same_bytes_at_another_time()
    {
        var packages = Directory.CreateDirectory(scratch["cache/virttools-65534/packages"]).FullName;
        foreach (var package in Directory.GetFiles($"{built.Cache}/packages"))
        {
            var copy = $"{packages}/{Path.GetFileName(package)}";
            File.Copy(package, copy);
            File.SetLastWriteTimeUtc(copy, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }

        Directory.CreateDirectory(scratch["output"]);

        BuildAsAnotherUser(scratch.Path, scratch["output/appliance"]);

        var other = ApplianceFolder.ReadManifest(scratch["output/appliance/manifest.json"]);
        Assert.Equal(built.Manifest.Kernel, other.Kernel);
        Assert.Equal(built.Manifest.Initrd, other.Initrd);
        Assert.Equal(built.Manifest.Root, other.Root);
        Assert.Equal(File.ReadAllBytes($"{built.Folder}/manifest.json"), File.ReadAllBytes(scratch["output/appliance/manifest.json"]));
    }

    [Fact]
    public void A_locked_build_gives_the_same_bytes_without_an_archive()
    {
        var request = new BuildRequest(built.Daemon, Mirror: "http://127.0.0.1:9/nothing", Locked: built.Manifest);

        var again = built.Store.BuildInto(scratch["again"], request, null, CancellationToken.None);

        Assert.Equal(built.Manifest.ToJson(), again.ToJson());
    }

    [Fact]
    public void A_locked_build_names_the_version_that_the_archive_no_longer_has()
    {
        ManifestPackage[] packages = [.. built.Manifest.Packages.Select(package => package.Name == "grep" ? package with { Version = "3.8-0" } : package)];

        var error = Assert.Throws<ApplianceException>(() =>
            built.Store.BuildInto(scratch["again"], new(built.Daemon, Locked: built.Manifest with { Packages = packages }), null, CancellationToken.None));

        Assert.Contains("no longer has these packages of the manifest: grep 3.8-0;", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void The_root_is_a_clean_file_system_of_the_UUID_in_the_manifest()
    {
        var (status, output) = Run("e2fsck", "-f", "-n", $"{built.Folder}/root");

        Assert.True(status == 0, output);
        Assert.Equal(built.Manifest.RootUuid, ApplianceFolder.TryRead(built.Folder)?.RootUuid);
    }

    [Fact]
    public void Everything_in_the_root_belongs_to_root()
    {
        var listing = Run("debugfs", "-R", "ls -l /usr/bin", $"{built.Folder}/root").Output;

        // inode, mode, type, owner, group, size, date, time, name
        var owners = listing.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length >= 9).ToList();
        Assert.True(owners.Count > 300);
        Assert.All(owners, words => Assert.Equal(("0", "0", "10-Jun-2023"), (words[3], words[4], words[6])));
    }

    [Fact]
    public void Every_program_that_the_actions_run_is_in_the_root()
    {
        using var facts = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "facts", "packages.json")));
        var programs = facts.RootElement.GetProperty("program_to_package").EnumerateObject().Select(entry => entry.Name).Where(name => !name.Contains(' '));
        var present = Names("/usr/bin").Concat(Names("/usr/sbin")).ToHashSet();

        Assert.Equal(AbsentPrograms.Order(StringComparer.Ordinal), programs.Where(program => !present.Contains(program)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_appliance_is_of_a_reasonable_size()
    {
        Assert.InRange(built.Manifest.Root.Size, 100 << 20, 220 << 20);
        Assert.InRange(built.Manifest.Initrd.Size, 1 << 20, 32 << 20);
        Assert.InRange(built.Manifest.Kernel.Size, 20 << 20, 100 << 20);
    }

    [Fact]
    public void The_file_of_name_servers_leads_to_the_one_that_the_daemon_writes()
    {
        var link = Run("debugfs", "-R", "stat /etc/resolv.conf", $"{built.Folder}/root").Output;

        Assert.Contains($"Fast link dest: \"{VirtTools.Daemon.Network.ApplianceNetwork.ResolverFile}\"", link);
        Assert.Equal("nameserver 169.254.2.3\n", VirtTools.Daemon.Network.ApplianceNetwork.Resolver);
    }

    [Fact]
    public void Every_module_of_the_root_loads()
    {
        var boot = new ModuleBoot(built, scratch);

        var console = boot.Run();

        Assert.Contains("ALL MODULES TRIED", console);
        Assert.DoesNotContain("FAILED", console);
    }

    private IEnumerable<string> Names(string folder) =>
        Run("debugfs", "-R", $"ls -p {folder}", $"{built.Folder}/root").Output
            .Split('\n').Select(line => line.Split('/')).Where(fields => fields.Length > 5).Select(fields => fields[5]);

    // An ordinary user cannot become another; then umask and time still differ.
    private void BuildAsAnotherUser(string home, string output)
    {
        var isRoot = UserIdentity.Effective == 0;
        string[] become = isRoot
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
            : [];
        if (isRoot)
        {
            Assert.Equal(0, Run("chown", "-R", "65534:65534", home).Status);
        }
        else
        {
            Directory.Move(scratch["cache/virttools-65534"], scratch[$"cache/virttools-{UserIdentity.Effective}"]);
        }

        string[] command =
        [
            "-c", "umask 077; exec \"$@\"", "sh", .. become, "env", $"LIBGUESTFS_CACHEDIR={scratch["cache"]}", $"HOME={home}", $"DOTNET_CLI_HOME={home}",
            Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "virt-appliance.dll"), "build", "--daemon", built.Daemon, "-o", output,
        ];
        var (status, text) = Run("sh", command);
        Assert.True(status == 0, text);
    }

    internal static (int Status, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C", ["TZ"] = "UTC", ["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
