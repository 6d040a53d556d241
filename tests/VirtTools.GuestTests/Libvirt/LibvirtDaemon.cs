using System.Diagnostics;
using VirtTools.Fixtures.Store;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Libvirt;

/// <summary>A real libvirtd for one test, as an ordinary user would have it, with guests of its QEMU driver and with secrets, which the test driver lacks.</summary>
internal sealed class LibvirtDaemon : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    /// <param name="folder">Where it keeps everything; filled by <see cref="AddGuest"/> and <see cref="AddSecret"/> before.</param>
    public LibvirtDaemon(TestFolder folder)
    {
        // It asks for its user, and root has another kind of libvirtd: in a user namespace, root's files are those of somebody else.
        string[] asUser = Environment.IsPrivilegedProcess ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"] : [];
        string[] words = [.. asUser, PathOf("libvirtd"), "--timeout", "300"];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, WorkingDirectory = folder.Path };
        start.Environment["LIBVIRT_DRIVER_DIR"] = Path.GetDirectoryName(PathOf("libvirtd"));
        start.Environment["HOME"] = folder.Path;
        start.Environment["XDG_CONFIG_HOME"] = folder["config"];
        start.Environment["XDG_CACHE_HOME"] = folder["cache"];
        start.Environment["XDG_RUNTIME_DIR"] = folder["run"];
        Directory.CreateDirectory(folder["run"]);
        _process = Process.Start(start)!;
        var said = _process.StandardError.ReadToEndAsync();
        var socket = folder["run/libvirt/libvirt-sock"];
        Uri = $"qemu+unix:///session?socket={socket}";
        if (!SpinWait.SpinUntil(() => File.Exists(socket) || _process.HasExited, Patience) || _process.HasExited)
        {
            Dispose();
            throw new InvalidOperationException($"libvirtd did not start: {said.Result}");
        }
    }

    public string Uri { get; }

    /// <summary>Why there is none; null where there is one.</summary>
    public static string? Objection() => File.Exists(PathOf("libvirtd")) ? null : "libvirtd is not to be had: ./build.sh test fetches it";

    /// <summary>Describes a guest that is shut off.</summary>
    public static void AddGuest(TestFolder folder, string name, string disks) => Write(
        folder["config/libvirt/qemu"],
        $"{name}.xml",
        $"<domain type='qemu'><name>{name}</name><uuid>{Guid.NewGuid()}</uuid><memory>65536</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices>{disks}</devices></domain>");

    /// <summary>Keeps a secret.</summary>
    /// <param name="folder">The folder of the libvirtd.</param>
    /// <param name="uuid">Its UUID.</param>
    /// <param name="usage">What it is used for, as XML.</param>
    /// <param name="value">The secret.</param>
    public static void AddSecret(TestFolder folder, string uuid, string usage, string value)
    {
        Write(folder["config/libvirt/secrets"], $"{uuid}.xml", $"<secret ephemeral='no' private='no'><uuid>{uuid}</uuid>{usage}</secret>");
        Write(folder["config/libvirt/secrets"], $"{uuid}.base64", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value)));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string PathOf(string program) => Path.Combine(Clone.Folder, "artifacts", "programs", program);

    private static void Write(string folder, string file, string content) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, file), content);
}

/// <summary>Skipped where libvirtd is not to be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibvirtDaemonFactAttribute : FactAttribute
{
    public LibvirtDaemonFactAttribute() => Skip = LibvirtDaemon.Objection()!;
}
