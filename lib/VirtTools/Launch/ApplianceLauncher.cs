using System.Text.Json;
using VirtTools.Images;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>Starts appliances.</summary>
internal static class ApplianceLauncher
{
    // The first QEMU whose machine type has all the switches that we turn off.
    internal static readonly Version OldestQemu = new(6, 0);

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
            if (TryResume(binary, configuration, ref learnt, deadline, cancellationToken) is { } resumed)
            {
                return resumed;
            }

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
                    // It fails without KVM as well, so that says nothing about KVM.
                    learnt = learnt with { KvmWorks = known.KvmWorks, KvmFailure = known.KvmFailure };
                    throw LaunchException.Unexplained(failure.Message, failure);
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

    /// <summary>Remembers that a machine that was resumed under KVM did not do what it should, or that it did.</summary>
    public static void RememberResume(ApplianceProcess process, string? cacheFolder, bool works)
    {
        if (process.Plan.Accelerator == Accelerator.Kvm)
        {
            (HostKnowledge.Load(cacheFolder, process.Plan.Binary) with { KvmResumes = works }).Save(cacheFolder);
        }
    }

    private static QemuPlan PlanFor(QemuBinary binary, LaunchConfiguration configuration, ref HostKnowledge learnt)
    {
        if (learnt.LacksSandbox)
        {
            configuration.Warn($"{binary.Path} was built without its seccomp sandbox: a hostile image that breaks out of it meets one wall less; LIBGUESTFS_HV chooses another QEMU");
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

        if (learnt.Machine is not null && failure.Errors.Any(line => line.Contains("machine", StringComparison.OrdinalIgnoreCase)))
        {
            // A wrapper script may run another QEMU than last time, which says "unsupported machine type".
            learnt = learnt with { Machine = null, Version = null };
            return true;
        }

        return false;
    }

    /// <summary>A machine that goes on where a template was taken, which is made now if there is none; null where the machine must boot.</summary>
    private static ApplianceProcess? TryResume(
        QemuBinary binary, LaunchConfiguration configuration, ref HostKnowledge learnt, long deadline, CancellationToken cancellationToken)
    {
        if (!Resumption.IsPossible(configuration, out var objection) || TemplateStore.Open(configuration.CacheFolder!) is not { } store)
        {
            configuration.Trace($"the appliance boots: {objection}");
            return null;
        }

        var plan = PlanFor(binary, configuration, ref learnt);
        if (plan.Accelerator == Accelerator.Kvm && learnt.KvmResumes != true && configuration.Templates != TemplateUse.OnTrial)
        {
            configuration.Trace("the appliance boots: whether this host can resume one under KVM is not known or not so (virt-appliance template --rebuild tries)");
            return null;
        }

        try
        {
            if (learnt.Machine is null || learnt.Version is null)
            {
                Ask(plan, configuration, ref learnt, deadline, cancellationToken);
                plan = PlanFor(binary, configuration, ref learnt);
            }

            return Resume(plan, configuration, learnt.Version ?? "", store, deadline, cancellationToken);
        }
        catch (Exception e) when (e is AttemptFailedException or LaunchException or DrivesRefusedException or PosixException)
        {
            configuration.Trace($"the appliance boots: {e.Message}");
            return null;
        }
    }

    private static ApplianceProcess? Resume(
        QemuPlan plan, LaunchConfiguration configuration, string version, TemplateStore store, long deadline, CancellationToken cancellationToken)
    {
        var fence = new Fence(plan, configuration);
        using var files = new ApplianceFilesForQemu(configuration.Appliance, configuration.TemporaryFolder, fence.DropsPowers);
        using var placeholder = TemplateMaker.CreatePlaceholder();
        var machine = TemplateMaker.ConfigurationFor(configuration, placeholder);
        var commandLine = new QemuCommandLine(plan, machine, files.RootLayers, MachineMemory.Shared);
        var key = TemplateKey.Of(plan, version, commandLine.Arguments, files.Identity);
        using var template = store.FindOrMake(
            key,
            folder => new TemplateMaker(plan, machine, fence).Make(folder, files, deadline, cancellationToken),
            configuration.Trace,
            cancellationToken);
        if (template is null)
        {
            return null;
        }

        configuration.Timeline.Mark("template found");
        try
        {
            return Resumption.Start(template, plan, configuration, files, fence, deadline, cancellationToken);
        }
        catch (Exception e) when (e is LaunchException or AttemptFailedException { IsEndedFromOutside: false })
        {
            // Whatever it was: another one is quickly made, and a bad one would fail for ever.
            TemplateStore.Delete(template.Folder);
            throw;
        }
    }

    // Starts QEMU without letting the guest run, for its version and its machine types: once for each QEMU.
    private static void Ask(QemuPlan plan, LaunchConfiguration configuration, ref HostKnowledge learnt, long deadline, CancellationToken cancellationToken)
    {
        var fence = new Fence(plan, configuration);
        using var files = new ApplianceFilesForQemu(configuration.Appliance, configuration.TemporaryFolder, fence.DropsPowers);
        using var process = QemuStart.Boot(plan, configuration with { Drives = [] }, files, fence);
        using var cancellation = cancellationToken.Register(process.Kill);
        try
        {
            Prepare(process, configuration, deadline, ref learnt);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw QemuStart.Explain(process, e, configuration) ?? e;
        }
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
        var process = QemuStart.Boot(plan, configuration, files, fence);
        using var cancellation = cancellationToken.Register(process.Kill);
        try
        {
            Prepare(process, configuration, deadline, ref learnt);
            process.Qmp.Execute("cont", null, deadline);
            configuration.Timeline.Mark("QEMU started");
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
            var failure = QemuStart.Explain(process, e, configuration);
            process.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is null)
            {
                throw;
            }

            throw failure;
        }
    }

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
}
