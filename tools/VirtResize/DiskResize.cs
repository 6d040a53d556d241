using System.Text.Json;
using VirtTools.BlockAccess;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Content;
using VirtTools.Commands.Copy;
using VirtTools.Commands.InPlace;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>The job of virt-resize.</summary>
internal sealed class DiskResize
{
    // The original's words; the last ones are file systems that its appliance may lack, and ours has.
    private const string Features =
        "virt-resize\nntfsresize-force\n32bitok\n128-sector-alignment\nalignment\nalign-first\ninfile-uri\nntfs\nbtrfs\nxfs\nf2fs\n";

    private readonly ResizeOptions _options;
    private readonly CommandContext _context;
    private readonly ResizeMessages _messages;
    private int _sectorSize;

    private DiskResize(ResizeOptions options, CommandContext context, ResizeMessages messages)
    {
        _options = options;
        _context = context;
        _messages = messages;
        _sectorSize = options.BlockSize ?? DiskGeometry.UsualSector;
    }

    // What nobody asked for is left to the appliance.
    private int? DriveSectors => _sectorSize == DiskGeometry.UsualSector ? _options.BlockSize : _sectorSize;

    private DriveChoice Input => ImageAddress.ToChoice(_options.Input, _options.InputFormat, DriveSectors);

    /// <summary>Path of the input; null where it is behind a server.</summary>
    private string? InputPath => (Input as ImageChoice)?.Path;

    /// <summary>Reads the input, makes the plan, carries it out.</summary>
    /// <exception cref="CommandFailedException">It cannot be done, or failed; the message says why.</exception>
    public static async Task RunAsync(ResizeOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var programs = options.IsMachineReadable ? MachineReadable.Open(options.MachineReadableFormat, context.Streams) : null;
        if (options.AsksForFeatures)
        {
            programs!.Write(Features);
            return;
        }

        var messages = new ResizeMessages(context.Streams, options, programs);
        try
        {
            await (options.IsInPlace
                ? new InPlaceGrowth(options, context, messages).RunAsync(cancellationToken)
                : GuestDeadline.RunAsync(options.Timeout, options.InputName, new DiskResize(options, context, messages).RunAsync, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PlanException or UsageException)
        {
            messages.TellFailure(e.Message);
            throw new CommandFailedException(e.Message);
        }
        catch (Exception e) when (e is CommandFailedException or GuestfsException or PosixException)
        {
            messages.TellFailure(e.Message);
            throw;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        if (InputPath is { } path)
        {
            RequireAtRest(path);
        }

        _messages.Step($"Examining {_options.InputName}");
        using var output = await OpenOutputAsync(cancellationToken).ConfigureAwait(false);
        if (!await TryRunAsync(output, cancellationToken).ConfigureAwait(false))
        {
            // The size of sectors is the drive's, and that cannot be changed while the appliance runs.
            _sectorSize = DiskGeometry.LargeSector;
            await TryRunAsync(output, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Does everything.</summary>
    /// <returns>False where the table is one for larger sectors; nothing has been changed then.</returns>
    private async Task<bool> TryRunAsync(OutputImage? output, CancellationToken cancellationToken)
    {
        await using var guest = await LaunchAsync(output?.Path, cancellationToken).ConfigureAwait(false);
        var disks = new TwoDisks(guest, _options.InputName, _options.Output);
        if (await DiskExamination.MakeAsync(disks, _options, _sectorSize, output is not null, cancellationToken).ConfigureAwait(false) is not { } examined)
        {
            return false;
        }

        foreach (var complaint in examined.Table.Complaints)
        {
            _messages.Warn($"{_options.InputName}: {complaint}");
        }

        var reading = new ContentReading(guest);
        var plan = await PlanAsync(reading, examined, cancellationToken).ConfigureAwait(false);
        var volumes = await FindVolumesAsync(guest, reading, cancellationToken).ConfigureAwait(false);
        CheckMethods(plan, volumes);
        await RequireShutDownAsync(guest, plan, cancellationToken).ConfigureAwait(false);
        _messages.Summarize(plan, volumes);
        if (!_options.IsDryRun)
        {
            var image = await FillAsync(disks, examined.Table, plan, cancellationToken).ConfigureAwait(false);
            await new GrowthStep(disks, _options, _messages).RunAsync(plan, volumes, image, cancellationToken).ConfigureAwait(false);
            await guest.ShutdownAsync(cancellationToken).ConfigureAwait(false);
            output!.Complete();
            _messages.Finish();
        }

        WriteJson(examined, plan, volumes);
        return true;
    }

    /// <summary>A disk that a guest writes to would be copied half old, half new.</summary>
    private static void RequireAtRest(string input)
    {
        using var file = Descriptors.Open(input, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (ImageLock.IsHeldForWriting(file))
        {
            throw GuestFailure.InUse(input);
        }
    }

    private async Task<OutputImage?> OpenOutputAsync(CancellationToken cancellationToken)
    {
        if (_options.IsDryRun && _options.Size is not null)
        {
            return null;
        }

        using var guest = new Guestfs();
        long? size = _options.Size is { } change ? RoundUp(change.Apply(change.IsRelative ? await SizeOfInputAsync(guest, cancellationToken).ConfigureAwait(false) : 0)) : null;
        return OutputImage.Open(guest, InputPath, ImageAddress.ToNewPath(_options.Output), size, _options.OutputFormat);

        static long RoundUp(long bytes) => (bytes + 511) / 512 * 512;
    }

    private async Task<long> SizeOfInputAsync(Guestfs guest, CancellationToken cancellationToken)
    {
        if (InputPath is { } path)
        {
            return guest.DiskVirtualSize(path);
        }

        // A server tells it when the disk is opened, which is at a launch.
        await using var opened = await LaunchAsync(null, cancellationToken).ConfigureAwait(false);
        return await opened.BlockdevGetsize64Async(TwoDisks.InputDevice, cancellationToken).ConfigureAwait(false);
    }

    private Task<Guestfs> LaunchAsync(string? output, CancellationToken cancellationToken) => GuestLaunch.OpenAsync(
        async guest =>
        {
            await GuestLaunch.AddAsync(guest, Input, GuestAccess.ReadOnly, _options, cancellationToken).ConfigureAwait(false);
            if (output is not null)
            {
                AddOutput(guest, output);
            }
        },
        _options,
        _context,
        cancellationToken);

    private void AddOutput(Guestfs guest, string output)
    {
        try
        {
            // With discard, zeros that are written become holes.
            guest.AddDrive(output, new() { ReadOnly = _options.IsDryRun, Format = _options.OutputFormat, BlockSize = DriveSectors, CacheMode = "unsafe", Discard = "besteffort" });
        }
        catch (GuestfsException e) when (e.ErrnoName == "EBUSY")
        {
            throw new CommandFailedException($"{output}: in use by another process, such as a running guest; name another file");
        }
        catch (GuestfsException e) when (GuestFailure.NotWritable(e) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<ResizePlan> PlanAsync(ContentReading reading, DiskExamination examined, CancellationToken cancellationToken)
    {
        var request = _options.Request;
        var measured = request.NamedPartitions.Select(PartitionName.NumberOf).OfType<int>().ToHashSet();
        var contents = await reading.ReadAsync(examined.Table.Entries, measured, cancellationToken).ConfigureAwait(false);
        return new ResizePlanner(examined.Table, examined.Disk, contents, request, _options.InputName).Make();
    }

    private async Task<List<GrowingVolume>> FindVolumesAsync(Guestfs guest, ContentReading reading, CancellationToken cancellationToken)
    {
        var found = new List<GrowingVolume>();
        if (_options.ExpandedVolumes.Count == 0)
        {
            return found;
        }

        var known = await guest.LvsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in _options.ExpandedVolumes)
        {
            found.Add(known.Contains(name)
                ? new(name, await reading.OfAsync(name, cancellationToken).ConfigureAwait(false))
                : throw new CommandFailedException(
                    $"{name}: logical volume not found in the source disk image (this error came from ‘--lv-expand’ option on the command line).  {(known.Length > 0 ? $"The logical volumes are: {string.Join(", ", known)}.  " : "")}Try running this command: virt-filesystems --logical-volumes --long -a {_options.InputName}"));
        }

        return found;
    }

    /// <summary>Complains of contents that will not become larger, as <c>--unknown-filesystems</c> wants it.</summary>
    private void CheckMethods(ResizePlan plan, IReadOnlyList<GrowingVolume> volumes)
    {
        if (!_options.ExpandsContent || _options.UnknownFilesystems == UnknownFilesystems.Ignore)
        {
            return;
        }

        var grown = plan.Partitions.Where(partition => partition.Grows && partition.ExpandMethod == ExpandMethod.None)
            .Select(partition => new GrowingVolume(partition.Name, partition.Content))
            .Concat(volumes.Where(volume => volume.Content.Method == ExpandMethod.None));
        foreach (var (name, content) in grown.Where(grown => !grown.Content.IsUnknown))
        {
            var reason = content.Method == ExpandMethod.BtrfsFilesystemResize ? ": the kernel resizes btrfs only to 256 MiB and more" : "";
            var sentence = $"unknown/unavailable method for expanding the {content.Type} filesystem on {name}{reason}";
            if (_options.UnknownFilesystems == UnknownFilesystems.Error)
            {
                throw new CommandFailedException(sentence);
            }

            _messages.Warn(sentence);
        }
    }

    private async Task RequireShutDownAsync(Guestfs guest, ResizePlan plan, CancellationToken cancellationToken)
    {
        foreach (var partition in plan.Partitions.Where(partition => _options.ExpandsContent && partition.ExpandMethod == ExpandMethod.Ntfsresize))
        {
            await NtfsState.RequireShutDownAsync(guest, partition.Name, partition.Name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies everything and writes the table.</summary>
    private async Task<TableImage> FillAsync(TwoDisks disks, PartitionTable table, ResizePlan plan, CancellationToken cancellationToken)
    {
        TableImage? image = null;
        await disks.WriteAsync(FillAsync, cancellationToken).ConfigureAwait(false);
        return image!;

        async Task FillAsync(NbdConnection input, NbdConnection output)
        {
            var writing = new DiskWriting(table, plan, input, output);
            _messages.Step($"Setting up initial partition table on {_options.Output}");
            await writing.EraseTableAsync().ConfigureAwait(false);
            if (_options.CopiesBootLoader)
            {
                await writing.CopyBootLoaderAsync().ConfigureAwait(false);
            }

            var (done, total) = (0L, writing.CopiedBytes);
            var zeros = _options.IsSparse ? ZeroCopying.Sparse : ZeroCopying.Allocated;
            foreach (var partition in plan.Partitions)
            {
                if (partition.IsCopied)
                {
                    _messages.Step($"Copying {partition.Name}");
                }

                await writing.FillAsync(partition, zeros, count => _messages.Progress("copying", done += count, total), cancellationToken).ConfigureAwait(false);
            }

            image = await writing.MakeTableAsync(_options.CopiesBootLoader).ConfigureAwait(false);
            await writing.WriteAsync(image.All).ConfigureAwait(false);
        }
    }

    private void WriteJson(DiskExamination examined, ResizePlan plan, IReadOnlyList<GrowingVolume> volumes)
    {
        if (!_options.IsJson)
        {
            return;
        }

        var (table, disk) = examined;
        var document = new PlanDocument(
            _options.InputName,
            _options.Output,
            PlanJson.NameOf(table.Kind),
            disk.SectorSize,
            table.Geometry.Sectors * disk.SectorSize,
            disk.Sectors * disk.SectorSize,
            plan.Surplus,
            plan.MovesFirst,
            !_options.IsDryRun,
            [.. plan.Partitions.Select(partition => PlanJson.Of(partition, disk.SectorSize, _options.ExpandsContent))],
            [.. volumes.Select(volume => PlanJson.Of(volume.Name, volume.Content))],
            _messages.Warnings);
        _messages.WriteDocument(JsonSerializer.Serialize(document, PlanJsonContext.Default.PlanDocument));
    }
}
