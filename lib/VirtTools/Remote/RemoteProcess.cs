using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Remote;

/// <summary>
/// Starts the QEMU that talks to a server. It has no machine and runs no guest: only its block drivers are used. What it reads it gives to the
/// appliance's QEMU over a socket, so that the one that faces the guest needs no network.
/// </summary>
internal static class RemoteProcess
{
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(5);

    /// <summary>Starts it; its monitor is open when this returns.</summary>
    /// <exception cref="LaunchException">It could not be started.</exception>
    public static ApplianceProcess Start(RemoteAddress address, RemoteHost host, long deadline, CancellationToken cancellationToken)
    {
        var binary = QemuBinary.Find(host.Hypervisor);
        var lacksSandbox = HostKnowledge.Load(host.CacheFolder, binary).LacksSandbox;
        return TryStart(binary, address, host, !lacksSandbox, deadline, cancellationToken)
            ?? TryStart(binary, address, host, sandbox: false, deadline, cancellationToken)!;
    }

    /// <returns>Null where it was built without its sandbox.</returns>
    private static ApplianceProcess? TryStart(
        QemuBinary binary, RemoteAddress address, RemoteHost host, bool sandbox, long deadline, CancellationToken cancellationToken)
    {
        var process = Spawn(new QemuPlan(binary, Accelerator.Tcg, "none", sandbox), address);
        try
        {
            using var cancellation = cancellationToken.Register(process.Kill);
            process.Version = process.Qmp.Open(deadline);
            return process;
        }
        catch (Exception e) when (e is QmpClosedException or TimeoutException or InvalidDataException or PosixException)
        {
            process.WaitForExit(EndGrace);
            var said = process.DescribeEnd();
            var isAboutSandbox = sandbox && process.ErrorLines().Any(line => line.Contains("sandbox", StringComparison.OrdinalIgnoreCase));
            process.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return isAboutSandbox ? null : throw LaunchException.Unexplained($"{binary.Path} could not be started for {address}: {said}", e);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private static ApplianceProcess Spawn(QemuPlan plan, RemoteAddress address)
    {
        var fence = new Fence(plan, RemoteHost.GateFor(address));
        List<string> arguments =
        [
            plan.Binary.Path,
            "-machine", plan.Machine,
            "-nodefaults", "-no-user-config",
            "-display", "none",
            "-chardev", $"socket,id=monitor,fd={QemuDescriptors.Monitor}",
            "-mon", "chardev=monitor,mode=control",
        ];
        if (plan.Sandbox)
        {
            arguments.AddRange(["-sandbox", QemuCommandLine.Sandbox]);
        }

        using var ends = new ConnectionEnds();
        try
        {
            var child = LauncherProgram.StartQemu(QemuDescriptors.Console, fence.Options, arguments, ends.Inherited(), EnvironmentFor(plan.Binary, address));
            var process = ends.HandOver(child, plan);
            if (address.Protocol == RemoteProtocol.Iscsi)
            {
                process.ErrorAdded = () => LostTarget.EndIfLost(process);
            }

            return process;
        }
        catch (PosixException e)
        {
            throw LaunchException.Unexplained($"QEMU could not be started for {address}: {e.Message}", e);
        }
    }

    private static IReadOnlyList<string> EnvironmentFor(QemuBinary binary, RemoteAddress address) => address.Protocol switch
    {
        RemoteProtocol.Ssh => QemuEnvironment.For(binary, "SSH_AUTH_SOCK", "USER", "LOGNAME"),
        RemoteProtocol.Iscsi => [.. QemuEnvironment.For(binary), LostTarget.Setting],
        _ => QemuEnvironment.For(binary),
    };
}
