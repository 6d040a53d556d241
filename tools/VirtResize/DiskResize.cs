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

namespace VirtTools.Commands;

/// <summary>The job of virt-resize.</summary>
internal sealed class DiskResize
{
    private const string Features = "virt-resize\nntfsresize-force\n32bitok\n128-sector-alignment\nalignment\nalign-first\n";
    private const string OutputDevice = "/dev/sdb";
    private const uint InputDrive = 0;
    private const uint OutputDrive = 1;

    private readonly ResizeOptions _options;
    private readonly CommandContext _context;
    private readonly ResizeMessages _messages;
    private readonly List<string> _warnings = [];

    private DiskResize(ResizeOptions options, CommandContext context)
    {
        _options = options;
        _context = context;
        _messages = new(context.Streams, options);
    }

    /// <summary>Reads the input, makes the plan, carries it out.</summary>
    /// <exception cref="CommandFailedException">It cannot be done, or failed; the message says why.</exception>
    public static async Task RunAsync(ResizeOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        if (options.AsksForFeatures)
        {
            context.Streams.Write(Features);
            return;
        }

        if (options.IsInPlace)
        {
            await InPlaceGrowth.RunAsync(options, context, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await GuestDeadline.RunAsync(options.Timeout, options.Input, new DiskResize(options, context).RunAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (PlanException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var input = ImageAddress.ToPath(_options.Input);
        _messages.Step($"Examining {_options.Input}");
        using var output = OpenOutput(input);
        await using var guest = await LaunchAsync(input, output?.Path, cancellationToken).ConfigureAwait(false);
        var (table, disk) = await ExamineAsync(guest, output is not null, cancellationToken).ConfigureAwait(false);
        var reading = new ContentReading(guest);
        var plan = await PlanAsync(reading, table, disk, cancellationToken).ConfigureAwait(false);
        var volumes = await FindVolumesAsync(guest, reading, cancellationToken).ConfigureAwait(false);
        CheckMethods(plan, volumes);
        _messages.Summarize(plan, volumes);
        if (!_options.IsDryRun)
        {
            var marks = await FillAsync(guest, table, plan, cancellationToken).ConfigureAwait(false);
            await GrowAsync(guest, plan, volumes, marks, cancellationToken).ConfigureAwait(false);
            await guest.ShutdownAsync(cancellationToken).ConfigureAwait(false);
            output!.Complete();
            _messages.Finish();
        }

        WriteJson(table, disk, plan, volumes);
    }

    private OutputImage? OpenOutput(string input)
    {
        if (_options.IsDryRun && _options.Size is not null)
        {
            return null;
        }

        using var guest = new Guestfs();
        long? size = _options.Size is { } change ? RoundUp(change.Apply(guest.DiskVirtualSize(input))) : null;
        return OutputImage.Open(guest, input, ImageAddress.ToNewPath(_options.Output), size, _options.OutputFormat);

        static long RoundUp(long bytes) => (bytes + 511) / 512 * 512;
    }

    private Task<Guestfs> LaunchAsync(string input, string? output, CancellationToken cancellationToken) => GuestLaunch.OpenAsync(
        guest =>
        {
            guest.AddDrive(input, new() { ReadOnly = true, Format = _options.InputFormat, BlockSize = _options.BlockSize });
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
            guest.AddDrive(output, new() { ReadOnly = _options.IsDryRun, Format = _options.OutputFormat, BlockSize = _options.BlockSize, CacheMode = "unsafe" });
        }
        catch (GuestfsException e) when (e.ErrnoName == "EBUSY")
        {
            throw new CommandFailedException($"{output}: in use by another process, such as a running guest; name another file");
        }
    }

    private async Task<(PartitionTable Table, DiskGeometry Disk)> ExamineAsync(Guestfs guest, bool hasOutput, CancellationToken cancellationToken)
    {
        PartitionTable? table = null;
        var outputSize = 0L;
        var sectorSize = _options.BlockSize ?? 512;
        List<DriveUse> uses = [new(InputDrive, TransferDirection.Read)];
        if (hasOutput)
        {
            uses.Add(new(OutputDrive, TransferDirection.Read));
        }

        try
        {
            await guest.UseDriveContentsAsync("examine", uses, ReadAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (TableDamagedException e)
        {
            throw new CommandFailedException($"{_options.Input}: {e.Message}");
        }
        catch (DriveFailedException e)
        {
            throw new CommandFailedException($"{_options.Input}: {e.Message}");
        }

        foreach (var complaint in table!.Complaints)
        {
            Warn($"{_options.Input}: {complaint}");
        }

        return (table, DiskGeometry.Of(outputSize, sectorSize));

        async Task ReadAsync(IReadOnlyList<NbdConnection> drives)
        {
            table = await PartitionTable.ReadAsync(drives[0].ReadAsync, DiskGeometry.Of(drives[0].Size, sectorSize)).ConfigureAwait(false)
                ?? throw new CommandFailedException($"{_options.Input}: unknown partition table type.  virt-resize only supports MBR (DOS) and GPT partition tables.");
            outputSize = hasOutput ? drives[1].Size : _options.Size!.Value.Apply(drives[0].Size);
        }
    }

    private async Task<ResizePlan> PlanAsync(ContentReading reading, PartitionTable table, DiskGeometry disk, CancellationToken cancellationToken)
    {
        var request = _options.Request;
        var measured = request.NamedPartitions.Select(PartitionName.NumberOf).OfType<int>().ToHashSet();
        var contents = await reading.ReadAsync(table.Entries, measured, cancellationToken).ConfigureAwait(false);
        return new ResizePlanner(table, disk, contents, request, _options.Input).Make();
    }

    private async Task<List<(string Name, PartitionContent Content)>> FindVolumesAsync(Guestfs guest, ContentReading reading, CancellationToken cancellationToken)
    {
        var found = new List<(string, PartitionContent)>();
        if (_options.ExpandedVolumes.Count == 0)
        {
            return found;
        }

        var known = await guest.LvsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in _options.ExpandedVolumes)
        {
            found.Add(known.Contains(name)
                ? (name, await reading.OfAsync(name, cancellationToken).ConfigureAwait(false))
                : throw new CommandFailedException(
                    $"{name}: logical volume not found in the source disk image (this error came from ‘--lv-expand’ option on the command line).  {(known.Length > 0 ? $"The logical volumes are: {string.Join(", ", known)}.  " : "")}Try running this command: virt-filesystems --logical-volumes --long -a {_options.Input}"));
        }

        return found;
    }

    /// <summary>Complains of contents that will not become larger, as <c>--unknown-filesystems</c> wants it.</summary>
    private void CheckMethods(ResizePlan plan, IReadOnlyList<(string Name, PartitionContent Content)> volumes)
    {
        if (!_options.ExpandsContent || _options.UnknownFilesystems == UnknownFilesystems.Ignore)
        {
            return;
        }

        var grown = plan.Partitions.Where(partition => partition.Grows && partition.ExpandMethod == ExpandMethod.None)
            .Select(partition => (partition.Name, partition.Content))
            .Concat(volumes.Where(volume => volume.Content.Method == ExpandMethod.None));
        foreach (var (name, content) in grown.Where(grown => !grown.Content.IsUnknown))
        {
            var reason = content.Method == ExpandMethod.BtrfsFilesystemResize ? ": the kernel resizes btrfs only to 256 MiB and more" : "";
            var sentence = $"unknown/unavailable method for expanding the {content.Type} filesystem on {name}{reason}";
            if (_options.UnknownFilesystems == UnknownFilesystems.Error)
            {
                throw new CommandFailedException(sentence);
            }

            Warn(sentence);
        }
    }

    /// <summary>Copies everything and writes the table.</summary>
    /// <returns>The parts of the table without which nothing takes the disk for complete.</returns>
    private async Task<TableImage> FillAsync(Guestfs guest, PartitionTable table, ResizePlan plan, CancellationToken cancellationToken)
    {
        TableImage? image = null;
        try
        {
            await UseDrivesAsync(guest, FillAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (e.ErrnoName == "EBUSY" && image is null)
        {
            // The output held volume groups, which the appliance found.
            await guest.VgActivateAllAsync(false, cancellationToken).ConfigureAwait(false);
            await UseDrivesAsync(guest, FillAsync, cancellationToken).ConfigureAwait(false);
        }

        return image!;

        async Task FillAsync(IReadOnlyList<NbdConnection> drives)
        {
            var writing = new DiskWriting(table, plan, drives[0], drives[1]);
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
            await writing.WriteAsync([.. image.Body, .. image.Marks]).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Lets contents grow inside the appliance. Meanwhile the disk is marked as incomplete: the kernel there has read the table and keeps what it has read, on the
    /// disk the table's marks are missing until the end.
    /// </summary>
    private async Task GrowAsync(
        Guestfs guest, ResizePlan plan, IReadOnlyList<(string Name, PartitionContent Content)> volumes, TableImage table, CancellationToken cancellationToken)
    {
        var grown = plan.Partitions.Where(partition => partition.ExpandMethod != ExpandMethod.None).ToArray();
        if (!_options.ExpandsContent || (grown.Length == 0 && volumes.Count == 0))
        {
            return;
        }

        await guest.BlockdevRereadptAsync(OutputDevice, cancellationToken).ConfigureAwait(false);
        await UseDrivesAsync(guest, drives => EraseAsync(drives[1], table.Marks), cancellationToken).ConfigureAwait(false);
        var hasVolumes = volumes.Count > 0 || grown.Any(partition => partition.Content.IsPhysicalVolume);
        if (hasVolumes)
        {
            // Both disks hold the same volume groups.
            await guest.VgActivateAllAsync(false, cancellationToken).ConfigureAwait(false);
            await guest.LvmSetFilterAsync([OutputDevice], cancellationToken).ConfigureAwait(false);
        }

        var growth = new ContentGrowth(guest, _options.ForcesNtfs);
        foreach (var partition in grown)
        {
            await ExpandAsync(growth, partition.Name, $"{OutputDevice}{partition.Target!.Number}", partition.Content, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (name, content) in volumes)
        {
            await guest.LvresizeFreeAsync(name, 100, cancellationToken).ConfigureAwait(false);
            if (content.Method != ExpandMethod.None)
            {
                await ExpandAsync(growth, name, name, content, cancellationToken).ConfigureAwait(false);
            }
        }

        if (hasVolumes)
        {
            await guest.VgActivateAllAsync(false, cancellationToken).ConfigureAwait(false);
        }

        await guest.SyncAsync(cancellationToken).ConfigureAwait(false);
        await UseDrivesAsync(guest, drives => WriteAsync(drives[1], table.Marks), cancellationToken).ConfigureAwait(false);
    }

    private async Task ExpandAsync(ContentGrowth growth, string name, string device, PartitionContent content, CancellationToken cancellationToken)
    {
        _messages.Step($"Expanding {name} using the ‘{PartitionContent.NameOf(content.Method)}’ method");
        try
        {
            await growth.ExpandAsync(device, content.Method, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (content.Method == ExpandMethod.Ntfsresize && e.ErrnoName is not "ENOTCONN" and not "EPROTO")
        {
            throw new CommandFailedException(
                $"{name}: the NTFS file system cannot be expanded: {e.Message}.  If Windows was hibernated, shut down with \"fast startup\", or not shut down at all: start it, run \"chkdsk /f\", and shut it down with \"shutdown /s /t 0\".  If the disk has been resized before and Windows was not started since, use --ntfsresize-force.");
        }
        catch (GuestfsException e) when (e.ErrnoName is not "ENOTCONN" and not "EPROTO")
        {
            throw new CommandFailedException($"{name}: the {content.Words} cannot be expanded: {e.Message}.  With --no-expand-content it is copied as it is.");
        }
    }

    private async Task UseDrivesAsync(Guestfs guest, Func<IReadOnlyList<NbdConnection>, Task> work, CancellationToken cancellationToken)
    {
        DriveUse[] uses = [new(InputDrive, TransferDirection.Read), new(OutputDrive, TransferDirection.Write)];
        try
        {
            await guest.UseDriveContentsAsync("copy", uses, work, cancellationToken).ConfigureAwait(false);
        }
        catch (DriveFailedException e)
        {
            var advice = e is { Fault: DriveFault.Writing, ErrnoName: "ENOSPC" or "EDQUOT" } ? "; make room on the host, then run the same command again" : "";
            throw new CommandFailedException($"{(e.Fault == DriveFault.Reading ? _options.Input : _options.Output)}: {e.Message}{advice}");
        }
    }

    private static async Task EraseAsync(NbdConnection drive, IReadOnlyList<DiskPatch> patches)
    {
        foreach (var patch in patches)
        {
            await drive.WriteZeroesAsync(patch.Offset, patch.Content.Length).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(NbdConnection drive, IReadOnlyList<DiskPatch> patches)
    {
        foreach (var patch in patches)
        {
            await drive.WriteAsync(patch.Offset, patch.Content).ConfigureAwait(false);
        }
    }

    private void Warn(string sentence)
    {
        _warnings.Add(sentence);
        _context.Streams.Warn(sentence);
    }

    private void WriteJson(PartitionTable table, DiskGeometry disk, ResizePlan plan, IReadOnlyList<(string Name, PartitionContent Content)> volumes)
    {
        if (!_options.IsJson)
        {
            return;
        }

        var document = new PlanDocument(
            _options.Input,
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
            _warnings);
        _context.Streams.Write(JsonSerializer.Serialize(document, PlanJsonContext.Default.PlanDocument) + "\n");
    }
}
