using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>Starts appliances.</summary>
internal static class ApplianceLauncher
{
    // The first QEMU whose machine type has all the switches that we turn off.
    private static readonly Version OldestQemu = new(6, 0);

    /// <summary>Starts QEMU with its drives and lets the guest run; the daemon's launch flag is still to come on the channel.</summary>
    /// <exception cref="LaunchException">It could not be started.</exception>
    /// <exception cref="ImageException">The temporary folder cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is left running.</exception>
    public static ApplianceProcess Start(LaunchConfiguration configuration, CancellationToken cancellationToken = default)
    {
        var deadline = Environment.TickCount64 + (long)configuration.Deadline.TotalMilliseconds;
        var binary = QemuBinary.Find(configuration.Hypervisor);
        var known = HostKnowledge.Load(configuration.CacheFolder, binary);
        var learnt = known;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var plan = PlanFor(binary, configuration, ref learnt);
                try
                {
                    return Attempt(plan, configuration, ref learnt, deadline, cancellationToken);
                }
                catch (AttemptFailedException failure) when (Environment.TickCount64 < deadline && LearnFrom(failure, plan, configuration, ref learnt))
                {
                    configuration.Trace($"{failure.Message}; trying again without");
                }
                catch (AttemptFailedException failure)
                {
                    throw new LaunchException(failure.Message, failure);
                }
            }
        }
        finally
        {
            if (learnt != known)
            {
                learnt.Save(configuration.CacheFolder);
            }
        }
    }

    /// <summary><see cref="Start"/> on a thread of its own.</summary>
    /// <exception cref="LaunchException">It could not be started.</exception>
    /// <exception cref="ImageException">The temporary folder cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is left running.</exception>
    public static Task<ApplianceProcess> StartAsync(LaunchConfiguration configuration, CancellationToken cancellationToken = default) =>
        DedicatedThread.Run("launch", () => Start(configuration, cancellationToken));

    private static QemuPlan PlanFor(QemuBinary binary, LaunchConfiguration configuration, ref HostKnowledge learnt)
    {
        if (learnt.LacksSandbox)
        {
            configuration.Warn($"{binary.Path} was built without its seccomp sandbox: a hostile image that breaks out of it meets one wall less");
        }

        return new(
            binary,
            ChooseAccelerator(configuration, ref learnt),
            learnt.Machine ?? QemuCommandLine.MachineAlias,
            Sandbox: !learnt.LacksSandbox);
    }

    private static Accelerator ChooseAccelerator(LaunchConfiguration configuration, ref HostKnowledge learnt)
    {
        switch (configuration.Accelerator)
        {
            case AcceleratorChoice.Kvm:
                return Accelerator.Kvm;
            case AcceleratorChoice.Tcg:
                return Accelerator.Tcg;
        }

        if (learnt.KvmWorks is null && configuration.ObjectionToKvm() is { } reason)
        {
            // Not kept: asking costs a millisecond, and permissions may change.
            configuration.Trace($"no KVM: {reason}");
            return Accelerator.Tcg;
        }

        return learnt.KvmWorks == false ? Accelerator.Tcg : Accelerator.Kvm;
    }

    // Whether the next attempt would differ from the one that failed.
    private static bool LearnFrom(AttemptFailedException failure, QemuPlan plan, LaunchConfiguration configuration, ref HostKnowledge learnt)
    {
        if (plan.Sandbox && failure.Errors.Any(line => line.Contains("sandbox", StringComparison.OrdinalIgnoreCase)))
        {
            learnt = learnt with { LacksSandbox = true };
            return true;
        }

        if (plan.Accelerator == Accelerator.Kvm && configuration.Accelerator == AcceleratorChoice.Automatic)
        {
            learnt = learnt with { KvmWorks = false, KvmFailure = failure.Message };
            return true;
        }

        if (learnt.Machine is not null)
        {
            // A wrapper script may run another QEMU than last time.
            learnt = learnt with { Machine = null, Version = null };
            return true;
        }

        return false;
    }

    private static ApplianceProcess Attempt(
        QemuPlan plan, LaunchConfiguration configuration, ref HostKnowledge learnt, long deadline, CancellationToken cancellationToken)
    {
        var fence = new Fence(plan, configuration);
        if (fence.IsOpen)
        {
            configuration.Trace("a wrapper script or extra parameters: QEMU runs without Landlock");
        }

        using var files = new ApplianceFilesForQemu(configuration.Appliance, configuration.TemporaryFolder, fence.DropsPowers);
        var commandLine = new QemuCommandLine(plan, configuration, files.RootLayers);
        var process = Spawn(plan, fence, files, commandLine);
        using var cancellation = cancellationToken.Register(process.Kill);
        try
        {
            Prepare(process, configuration, deadline, ref learnt);
            process.Qmp.Execute("cont", null, deadline);
            if (plan.Accelerator == Accelerator.Kvm && configuration.Accelerator == AcceleratorChoice.Automatic && learnt.KvmWorks is null)
            {
                AwaitSignOfLife(process, configuration.KvmTrial, deadline);
                learnt = learnt with { KvmWorks = true };
            }

            cancellationToken.ThrowIfCancellationRequested();
            return process;
        }
        catch (Exception e)
        {
            var failure = Explain(process, e, configuration);
            process.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is null)
            {
                throw;
            }

            throw failure;
        }
    }

    // The place for a template: with -incoming defer its state would be loaded here, before "cont".
    private static void Prepare(ApplianceProcess process, LaunchConfiguration configuration, long deadline, ref HostKnowledge learnt)
    {
        process.Version = process.Qmp.Open(deadline);
        if (new Version(process.Version.Major, process.Version.Minor) < OldestQemu)
        {
            throw new LaunchException(
                $"{process.Plan.Binary.Path} is QEMU {process.Version}, which is too old; {OldestQemu} or newer is needed (or set LIBGUESTFS_HV to another)");
        }

        var version = process.Version.ToString();
        if (learnt.Version != version || learnt.Machine is null)
        {
            learnt = learnt with { Version = version, Machine = VersionedMachine(process.Qmp.Execute("query-machines", null, deadline)) };
        }

        configuration.Trace($"QEMU {version} ({process.Plan.Machine}, {process.Plan.Accelerator}), process {process.ProcessId}");
    }

    private static string? VersionedMachine(JsonElement machines)
    {
        if (machines.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var machine in machines.EnumerateArray())
        {
            if (machine.ValueKind == JsonValueKind.Object
                && machine.TryGetProperty("alias", out var alias) && alias.ValueKind == JsonValueKind.String
                && alias.GetString() == QemuCommandLine.MachineAlias
                && machine.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String)
            {
                // It goes into the next command line, where a comma would begin an option.
                var text = name.GetString()!;
                return text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? text : null;
            }
        }

        return null;
    }

    private static void AwaitSignOfLife(ApplianceProcess process, TimeSpan trial, long deadline)
    {
        using var use = new HandleUse(process.Channel.SafeHandle);
        var trialEnd = Math.Min(deadline, Environment.TickCount64 + (long)trial.TotalMilliseconds);
        Span<PollEntry> entries = [new(use.Number, PollEvents.Readable)];
        if (Poll.Wait(entries, trialEnd) == 0)
        {
            throw new TimeoutException("the guest hangs under KVM");
        }

        // The end of the channel is readable as well.
        if (process.Channel.Available == 0)
        {
            throw new QmpClosedException();
        }
    }

    private static ApplianceProcess Spawn(QemuPlan plan, Fence fence, ApplianceFilesForQemu files, QemuCommandLine commandLine)
    {
        var ends = new ConnectionEnds();
        try
        {
            List<InheritedDescriptor> descriptors =
            [
                .. ends.Inherited(),
                new(files.Kernel, QemuDescriptors.Kernel),
                new(files.Initrd, QemuDescriptors.Initrd),
                .. commandLine.Inherited.Select(layer => new InheritedDescriptor(layer.Set.Handle, layer.Descriptor)),
            ];
            var words = LauncherProgram.Words();
            var child = ChildProcess.Start(
                words[0],
                [
                    .. words,
                    "--parent", $"{Environment.ProcessId}",
                    "--descriptors", $"{commandLine.LastDescriptor}",
                    .. fence.Options,
                    "--",
                    .. commandLine.Arguments,
                ],
                new()
                {
                    Descriptors = descriptors,
                    Environment = QemuEnvironment.For(plan.Binary),
                    WorkingDirectory = "/",
                    OwnProcessGroup = true,
                });
            return ends.HandOver(child, plan);
        }
        catch (PosixException e)
        {
            throw new LaunchException($"QEMU could not be started: {e.Message}", e);
        }
        finally
        {
            ends.Dispose();
        }
    }

    private static Exception? Explain(ApplianceProcess process, Exception cause, LaunchConfiguration configuration)
    {
        var path = process.Plan.Binary.Path;
        switch (cause)
        {
            case QmpClosedException:
                // It closes its monitor a moment before it ends, and says why on its standard error.
                if (process.WaitForExit(TimeSpan.FromSeconds(5)) is null)
                {
                    process.Kill();
                    process.WaitForExit(TimeSpan.FromSeconds(5));
                }

                return new AttemptFailedException($"{path} could not start the appliance: {process.DescribeEnd()}", process.ErrorLines(), cause);
            case TimeoutException:
                return new AttemptFailedException(
                    $"{path} did not start the appliance in {configuration.Deadline.TotalSeconds:0.#} seconds ({cause.Message})", process.ErrorLines(), cause);
            case QmpException refused:
                return new LaunchException($"{path} could not set up the appliance: {refused.Message}", refused);
            case InvalidDataException or PosixException:
                return new LaunchException($"{path} could not be talked to: {cause.Message}", cause);
            default:
                return null;
        }
    }

    // QEMU ended or hung; with another plan it may not.
    private sealed class AttemptFailedException(string message, IReadOnlyList<string> errors, Exception cause) : Exception(message, cause)
    {
        public IReadOnlyList<string> Errors { get; } = errors;
    }
}
