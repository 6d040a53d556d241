using Microsoft.Win32.SafeHandles;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>Starts QEMU behind virttools-launch, and says in a sentence why a start failed.</summary>
internal static class QemuStart
{
    // QEMU says on its standard error why it ends.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(5);

    /// <summary>Starts a machine that boots.</summary>
    /// <exception cref="LaunchException">It could not be started.</exception>
    public static ApplianceProcess Boot(QemuPlan plan, LaunchConfiguration configuration, ApplianceFilesForQemu files, Fence fence) =>
        Spawn(plan, fence, files, new(plan, configuration, files.RootLayers), [], null);

    /// <summary>Starts a machine whose memory is a file of ours.</summary>
    /// <param name="memory">How the file is mapped.</param>
    /// <param name="file">The file, which QEMU gets as it is: for reading only where the mapping is private.</param>
    /// <param name="state">The device state that QEMU shall load; null for a machine that boots.</param>
    /// <param name="deadline">In ticks of <see cref="Environment.TickCount64"/>.</param>
    /// <param name="cancellationToken">Ends it while it starts.</param>
    /// <exception cref="LaunchException">It could not be started.</exception>
    /// <exception cref="AttemptFailedException">QEMU ended, hung, or the kernel lacks what this needs.</exception>
    public static ApplianceProcess WithMemory(
        QemuPlan plan,
        LaunchConfiguration configuration,
        ApplianceFilesForQemu files,
        Fence fence,
        MachineMemory memory,
        SafeFileHandle file,
        SafeFileHandle? state,
        long deadline,
        CancellationToken cancellationToken)
    {
        var commandLine = new QemuCommandLine(plan, configuration, files.RootLayers, memory);
        var (ours, theirs) = Descriptors.CreateSocketPair();
        using (ours)
        {
            ApplianceProcess process;
            using (theirs)
            {
                process = Spawn(plan, fence, files, commandLine, state is null ? [] : [new(state, QemuDescriptors.State)], theirs);
            }

            using var cancellation = cancellationToken.Register(process.Kill);
            try
            {
                OpenListener.Answer(ours, process.ExitHandle, file, deadline);
                return process;
            }
            catch (Exception e)
            {
                var failure = Explain(process, e, configuration);
                process.Dispose();

                // Otherwise it would look as if the template were to blame.
                cancellationToken.ThrowIfCancellationRequested();
                if (failure is null)
                {
                    throw;
                }

                throw failure;
            }
        }
    }

    /// <summary>Turns what went wrong with a QEMU that was started into one sentence; null for what is not about QEMU.</summary>
    public static Exception? Explain(ApplianceProcess process, Exception cause, LaunchConfiguration configuration)
    {
        var path = process.Plan.Binary.Path;
        switch (cause)
        {
            case QmpClosedException:
                // It closes its monitor a moment before it ends.
                var exit = process.WaitForExit(EndGrace);
                if (exit is null)
                {
                    process.Kill();
                    process.WaitForExit(EndGrace);
                }

                return new AttemptFailedException($"{path} could not start the appliance: {process.DescribeEnd()}", process.ErrorLines(), cause)
                {
                    IsEndedFromOutside = exit is { IsFromOutside: true },
                };
            case TimeoutException:
                return new AttemptFailedException(
                    $"{path} did not start the appliance in {configuration.Deadline.TotalSeconds:0.#} seconds ({cause.Message})", process.ErrorLines(), cause);
            case QmpException refused:
                return LaunchException.Unexplained($"{path} could not set up the appliance: {refused.Message}", refused);
            case InvalidDataException or PosixException:
                return LaunchException.Unexplained($"{path} could not be talked to: {cause.Message}", cause);
            default:
                return null;
        }
    }

    private static ApplianceProcess Spawn(
        QemuPlan plan,
        Fence fence,
        ApplianceFilesForQemu files,
        QemuCommandLine commandLine,
        IReadOnlyList<InheritedDescriptor> further,
        SafeFileHandle? openFilter)
    {
        var ends = new ConnectionEnds();
        List<SafeFileHandle> connections = [];
        try
        {
            List<InheritedDescriptor> descriptors =
            [
                .. ends.Inherited(),
                new(files.Kernel, QemuDescriptors.Kernel),
                new(files.Initrd, QemuDescriptors.Initrd),
                .. further,
                .. commandLine.Inherited.Select(layer => new InheritedDescriptor(HandleOf(layer.Set), layer.Descriptor)),
            ];
            List<string> filter = [];
            if (openFilter is not null)
            {
                // Behind QEMU's own, so that the launcher has it and QEMU has not.
                var number = commandLine.LastDescriptor + 1;
                descriptors.Add(new(openFilter, number));
                filter.AddRange(["--open-filter", $"{number}"]);
            }

            var child = LauncherProgram.StartQemu(
                commandLine.LastDescriptor, [.. fence.Options, .. filter], commandLine.Arguments, descriptors, QemuEnvironment.For(plan.Binary));
            return ends.HandOver(child, plan);
        }
        catch (PosixException e)
        {
            throw LaunchException.Unexplained($"QEMU could not be started: {e.Message}", e);
        }
        finally
        {
            ends.Dispose();
            connections.ForEach(connection => connection.Dispose());
        }

        SafeFileHandle HandleOf(DescriptorSet set)
        {
            if (set.Remote is null)
            {
                return set.Handle;
            }

            connections.Add(set.Remote.Connect());
            return connections[^1];
        }
    }
}

/// <summary>QEMU ended or hung; with another plan it may not.</summary>
internal sealed class AttemptFailedException(string message, IReadOnlyList<string> errors, Exception cause) : Exception(message, cause)
{
    /// <summary>What QEMU wrote to its standard error.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;

    /// <summary>Whether somebody else ended QEMU, which says nothing against what it was started with.</summary>
    public bool IsEndedFromOutside { get; init; }
}
