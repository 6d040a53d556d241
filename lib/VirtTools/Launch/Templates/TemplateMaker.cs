using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Images;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Launch.Templates;

/// <summary>
/// Makes a template: boots the machine with its memory in a file of this host's memory (not on a disk that could be full under a running QEMU),
/// waits until the daemon waits for its hand-over, has QEMU write the state of its devices, and keeps the pages that are not zero.
/// </summary>
internal sealed class TemplateMaker(QemuPlan plan, LaunchConfiguration configuration, Fence fence)
{
    private const uint PrivateFileMode = 0x180; // 0600

    // What the daemon writes on its console of a part that failed.
    private const string FailedPart = "rehearsal, ";

    // Of the guest: whatever the kernel still does in the background would be done again after each resume.
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(60);
    private const int MostQuietChecks = 50;

    /// <summary>The configuration of a template's machine: what a user can choose without another template is fixed, the drive is a placeholder.</summary>
    public static LaunchConfiguration ConfigurationFor(LaunchConfiguration configuration, ImageLayer placeholder) => configuration with
    {
        Drives = [new LaunchDrive { Index = 0, Layers = [placeholder], IgnoreFlushes = true, Serial = HandOver.PlaceholderSerial }],
        BecomesTemplate = true,
        Verbose = false,
        Terminal = KernelCommandLine.PlainTerminal,
    };

    /// <summary>A blank disk in memory, in whose place a drive will stand; room enough for a file system to rehearse on.</summary>
    public static ImageLayer CreatePlaceholder()
    {
        const long Size = 64 * 1024 * 1024;
        var file = Descriptors.CreateMemoryFile("virttools-placeholder");
        Descriptors.Truncate(file, Size);
        return new(file, "raw", ReadOnly: false, RawSize: Size);
    }

    /// <summary>Fills <paramref name="folder"/> with a template's files.</summary>
    /// <returns>Its manifest, without the identities of the files.</returns>
    /// <exception cref="AttemptFailedException">QEMU ended or hung.</exception>
    /// <exception cref="LaunchException">It could not be started.</exception>
    /// <exception cref="PosixException">No room, in memory or in the folder.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TemplateManifest Make(string folder, ApplianceFilesForQemu files, long deadline, CancellationToken cancellationToken)
    {
        using var memory = Descriptors.CreateMemoryFile("virttools-memory");
        Descriptors.Truncate(memory, configuration.MemoryMiB * 1024L * 1024);
        configuration.Progress("preparing the appliance, once", 0);
        var process = QemuStart.WithMemory(plan, configuration, files, fence, MachineMemory.Shared, memory, null, deadline, cancellationToken);
        try
        {
            using var cancellation = cancellationToken.Register(process.Kill);
            using var state = Create($"{folder}/{Template.StateName}");
            process.Version = process.Qmp.Open(deadline);
            process.Qmp.Execute("cont", null, deadline);
            AwaitDaemon(process, deadline);
            configuration.Timeline.Mark("template: booted and rehearsed");
            configuration.Progress("preparing the appliance, once", 0.7);
            AwaitQuiet(process);
            ReportRehearsal(process);
            configuration.Timeline.Mark("template: quiet");
            SaveState(process, state, deadline);
            configuration.Timeline.Mark("template: state saved");
            var version = process.Version;
            process.Dispose();

            configuration.Progress("preparing the appliance, once", 0.8);
            using var copy = Create($"{folder}/{Template.MemoryName}");
            var memoryHash = TemplateContent.Copy(memory, copy, cancellationToken);
            var stateHash = TemplateContent.HashOf(state, cancellationToken);
            configuration.Timeline.Mark("template: memory copied");
            configuration.Progress("preparing the appliance, once", 1);
            return new(
                DateTimeOffset.UtcNow.ToUnixTimeSeconds(), VersionText(version), new(default, memoryHash), new(default, stateHash));
        }
        catch (Exception e)
        {
            var failure = QemuStart.Explain(process, e, configuration);
            process.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is null || e is PosixException)
            {
                throw;
            }

            throw failure;
        }
    }

    /// <summary>What a resuming QEMU's greeting must say.</summary>
    public static string VersionText(QemuVersion version) => $"{version} {version.Package}";

    private static SafeFileHandle Create(string path) =>
        Descriptors.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, PrivateFileMode);

    private static void AwaitDaemon(ApplianceProcess process, long deadline)
    {
        Span<byte> word = stackalloc byte[4];
        using var use = new HandleUse(process.Channel.SafeHandle);
        for (var received = 0; received < word.Length;)
        {
            Span<PollEntry> entries = [new(use.Number, PollEvents.Readable)];
            if (Poll.Wait(entries, deadline) == 0)
            {
                throw new TimeoutException("the appliance hangs");
            }

            var count = process.Channel.Receive(word[received..]);
            received += count > 0 ? count : throw new QmpClosedException();
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(word) != Protocol.AwaitsHandOverFlag)
        {
            throw new InvalidDataException("the daemon waits for no hand-over");
        }
    }

    // A part that fails is no reason to have no template, but every launch from it is slower.
    private void ReportRehearsal(ApplianceProcess process)
    {
        foreach (var line in process.Console.LastLines().Where(line => line.Contains(FailedPart, StringComparison.Ordinal)))
        {
            configuration.Trace(line);
        }
    }

    private static void AwaitQuiet(ApplianceProcess process)
    {
        var before = ProcessorTime.Of(process.ProcessId);
        for (var i = 0; i < MostQuietChecks; i++)
        {
            Thread.Sleep(QuietTime);
            var now = ProcessorTime.Of(process.ProcessId);
            if (now - before <= 1)
            {
                return;
            }

            before = now;
        }
    }

    private static void SaveState(ApplianceProcess process, SafeFileHandle state, long deadline)
    {
        process.Qmp.Execute(
            "migrate-set-capabilities",
            """{"capabilities":[{"capability":"x-ignore-shared","state":true},{"capability":"events","state":true}]}""",
            deadline);
        process.Qmp.Execute("getfd", """{"fdname":"state"}""", deadline, state);

        // Taken while it runs: whoever loads it finds a machine that goes on by itself.
        process.Qmp.Execute("migrate", """{"uri":"fd:state"}""", deadline);
        while (true)
        {
            var answer = process.Qmp.Execute("query-migrate", null, deadline);
            switch (answer.TryGetProperty("status", out var status) ? status.GetString() : "")
            {
                case "completed":
                    return;
                case "failed" or "cancelled":
                    throw new InvalidDataException("QEMU could not save the state of its devices");
            }

            Thread.Sleep(1);
        }
    }
}
