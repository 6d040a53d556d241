using System.Text.Json;

namespace VirtTools.Launch.Templates;

/// <summary>Starts a machine from a template: QEMU maps its memory privately and loads the state of its devices, then the guest goes on.</summary>
internal static class Resumption
{
    /// <summary>Whether a machine of this configuration can be resumed at all.</summary>
    /// <param name="objection">Why not.</param>
    public static bool IsPossible(LaunchConfiguration configuration, out string objection)
    {
        objection = configuration switch
        {
            { Templates: TemplateUse.Never } => "not wanted",
            { CacheFolder: null } => "no cache folder",
            { Appliance.TakesHandOver: false } => "the appliance is not one of ours",
            { ExtraParameters.Count: > 0 } => "extra parameters for QEMU",
            { Append: not (null or "") } => "extra options for the kernel",
            { Network: true } => "a network",
            { Selinux: true } => "SELinux",
            _ when configuration.Drives.Any(drive => drive.Interface != DriveInterface.Scsi) => "a drive with an interface of its own",
            _ => "",
        };
        return objection.Length == 0;
    }

    /// <summary>Starts it; when this returns the guest runs, and waits for its hand-over.</summary>
    /// <exception cref="AttemptFailedException">The template does not fit this QEMU, QEMU ended or hung, or the kernel lacks what this needs.</exception>
    /// <exception cref="LaunchException">QEMU could not be started.</exception>
    /// <exception cref="DrivesRefusedException">QEMU came up, but cannot use a drive.</exception>
    public static ApplianceProcess Start(
        Template template,
        QemuPlan plan,
        LaunchConfiguration configuration,
        ApplianceFilesForQemu files,
        Fence fence,
        long deadline,
        CancellationToken cancellationToken)
    {
        using var placeholder = configuration.Drives.Count == 0 ? TemplateMaker.CreatePlaceholder() : null;
        var machine = placeholder is null ? configuration : configuration with { Drives = TemplateMaker.ConfigurationFor(configuration, placeholder).Drives };
        var process = QemuStart.WithMemory(plan, machine, files, fence, MachineMemory.Private, template.Memory, template.State, deadline, cancellationToken);
        using var cancellation = cancellationToken.Register(process.Kill);
        try
        {
            configuration.Timeline.Mark("QEMU started");
            process.Version = process.Qmp.Open(
                [
                    ("migrate-set-capabilities", """{"capabilities":[{"capability":"x-ignore-shared","state":true},{"capability":"events","state":true}]}"""),
                    ("migrate-incoming", $$"""{"uri":"fd:{{QemuDescriptors.State}}"}"""),
                ],
                deadline);
            if (TemplateMaker.VersionText(process.Version) != template.Manifest.QemuVersion)
            {
                throw new InvalidDataException($"it is QEMU {process.Version} now, the template was made by {template.Manifest.QemuVersion}");
            }

            configuration.Timeline.Mark("machine made");
            AwaitResume(process, deadline);
            configuration.Timeline.Mark("state restored");
            process.ResumedFrom = template.Folder;
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

    /// <summary>QEMU takes the locks of the images last, and just stays stopped where it does not get one.</summary>
    private static void AwaitResume(ApplianceProcess process, long deadline)
    {
        while (process.Qmp.WaitForEvent(deadline, "RESUME", "MIGRATION") is { Name: "MIGRATION" } migration)
        {
            if (migration.Data.ValueKind == JsonValueKind.Object && migration.Data.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.String && status.GetString() is "completed" or "failed")
            {
                RequireRunning(process, deadline);
                return;
            }
        }
    }

    // Which of the two events comes first depends on QEMU's version.
    private static void RequireRunning(ApplianceProcess process, long deadline)
    {
        if (process.Qmp.Execute("query-status", null, deadline) is not { ValueKind: JsonValueKind.Object } answer
            || !answer.TryGetProperty("running", out var running) || running.ValueKind != JsonValueKind.True)
        {
            throw new DrivesRefusedException($"QEMU does not go on: {process.DescribeEnd()}");
        }
    }
}

/// <summary>A machine did not go on because of its drives: it says nothing against the template.</summary>
internal sealed class DrivesRefusedException(string message) : Exception(message);
