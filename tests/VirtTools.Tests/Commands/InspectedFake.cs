using VirtTools.CommandLine.Output;
using VirtTools.Commands;

namespace VirtTools.Tests.Commands;

/// <summary>A guest with one operating system, which answers what a test has set; the rest is unknown.</summary>
internal sealed class InspectedFake : IGuestDetails, IDisposable
{
    public const string Root = "/dev/sda2";

    public InspectedFake(string type = "linux")
    {
        Guest.List("inspect_os", Root).Accept("mount_ro").Accept("umount_all");
        Text("inspect_get_type", type);
        foreach (var fact in (string[])["arch", "distro", "product_name", "product_variant", "build_id", "package_format", "package_management", "hostname"])
        {
            Text("inspect_get_" + fact, "unknown");
        }

        Number("inspect_get_major_version", 0).Number("inspect_get_minor_version", 0);
        Pairs("inspect_get_mountpoints", ("/", Root)).Pairs("inspect_get_drive_mappings");
        Guest.List("inspect_get_filesystems", Root);
        Text("vfs_type", "ext4").Text("vfs_label", "").Text("vfs_uuid", "");
    }

    public FakeGuest Guest { get; } = new();

    public string Osinfo { get; init; } = "unknown";

    public Func<IReadOnlyList<Application2>> Applications { get; init; } = () => [];

    public byte[] Icon { get; init; } = [];

    /// <summary>A Windows with all that its registry can say.</summary>
    public static InspectedFake Windows() => new InspectedFake("windows")
    {
        Osinfo = "win11",
        Applications = () => [Application("7-Zip") with { App2DisplayName = "7-Zip 23.01", App2Version = "23.01", App2InstallPath = @"C:\7-Zip\" }],
    }
        .Text("inspect_get_distro", "windows").Text("inspect_get_product_name", "Windows 10 Pro").Text("inspect_get_product_variant", "Client")
        .Text("inspect_get_arch", "x86_64").Text("inspect_get_hostname", "desktop").Text("inspect_get_build_id", "22631")
        .Number("inspect_get_major_version", 10)
        .Text("inspect_get_windows_systemroot", "/Windows").Text("inspect_get_windows_current_control_set", "ControlSet001")
        .Text("inspect_get_windows_software_hive", "/Windows/System32/config/SOFTWARE")
        .Text("inspect_get_windows_system_hive", "/Windows/System32/config/SYSTEM")
        .Truth("inspect_get_windows_group_policy", true)
        .Pairs("inspect_get_drive_mappings", ("E", "/dev/sdb1"), ("C", Root))
        .Text("vfs_type", "ntfs").Text("vfs_label", "Windows").Text("vfs_uuid", "0123456789ABCDEF");

    public static Application2 Application(string name) => new(name, "", 0, "", "", "", "", "", "", "", "", "", "", "", "", "", "");

    public InspectedFake Text(string action, string text)
    {
        Guest.On(action, (ref _, result) =>
        {
            result.WriteString(text);
            return null;
        });
        return this;
    }

    public InspectedFake Number(string action, int number)
    {
        Guest.On(action, (ref _, result) =>
        {
            result.WriteInt32(number);
            return null;
        });
        return this;
    }

    public InspectedFake Truth(string action, bool truth)
    {
        Guest.On(action, (ref _, result) =>
        {
            result.WriteBool(truth);
            return null;
        });
        return this;
    }

    public InspectedFake Pairs(string action, params (string Key, string Value)[] pairs)
    {
        Guest.On(action, (ref _, result) =>
        {
            result.WriteDictionary([.. pairs.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value))]);
            return null;
        });
        return this;
    }

    public InspectedFake Fail(string action, string errno, string message)
    {
        Guest.On(action, (ref _, _) => throw new GuestfsException(action, errno, message));
        return this;
    }

    public Task<string> OsinfoAsync(string root, CancellationToken cancellationToken) => Task.FromResult(Osinfo);

    public Task<IReadOnlyList<Application2>> ApplicationsAsync(string root, CancellationToken cancellationToken) => Task.FromResult(Applications());

    public Task<byte[]> IconAsync(string root, CancellationToken cancellationToken) => Task.FromResult(Icon);

    /// <summary>Runs the job.</summary>
    public async Task<CapturedStreams> PrintAsync(params string[] words)
    {
        var streams = new CapturedStreams("virt-inspector");
        await PrintAsync(streams.Streams, words).ConfigureAwait(false);
        return streams;
    }

    /// <summary>Runs the job on these streams.</summary>
    public Task PrintAsync(CommandStreams streams, params string[] words)
    {
        var options = new InspectorOptions();
        options.Read([.. words, "-a", "/dev/null"]);
        return GuestInspection.PrintAsync(Guest.Handle, this, encrypted: null, options, "disk.img", streams, CancellationToken.None);
    }

    public void Dispose() => Guest.Dispose();
}
