using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Plan;

/// <summary>
/// Decides where everything goes. The arithmetic is the original's, so that the same command line gives the same table: room for a boot loader, the alignment and
/// the ends of a GPT table are set aside before what is left is called surplus.
/// </summary>
/// <param name="table">The table of the input.</param>
/// <param name="disk">Size of the output, in sectors as large as those of the input.</param>
/// <param name="contents">What the partitions hold, by number.</param>
/// <param name="request">What the command line asks for.</param>
/// <param name="input">Name of the input, for messages.</param>
internal sealed class ResizePlanner(
    PartitionTable table, DiskGeometry disk, IReadOnlyDictionary<int, PartitionContent> contents, ResizeRequest request, string input)
{
    /// <summary>Less than this is not worth a partition.</summary>
    public const long SmallestExtraPartition = 10 * 1024 * 1024;

    private const string Device = "/dev/sda";
    private const long BootLoaderBytes = 4096 * 512;
    private const int EndSectors = 64; // enough for the second copy of a GPT table; MBR tables leave them out as well

    private readonly List<Choice> _choices = [];

    private int SectorSize => disk.SectorSize;

    /// <summary>Whether the partitions inside the extended one are laid out anew; otherwise they are copied with it, as they are.</summary>
    private bool LaysOutLogical { get; } = request.NamedPartitions.Any(name => table.Entries.Any(entry => entry.Role == PartitionRole.Logical && IsNamed(entry, name)));

    /// <summary>Makes the plan.</summary>
    /// <exception cref="PlanException">It cannot be done; the message says why.</exception>
    public ResizePlan Make()
    {
        Collect();
        MarkOperations();
        ExpandOrShrink();
        var surplus = Surplus();
        if (surplus < 0)
        {
            throw new PlanException(
                $"There is a deficit of {-surplus} bytes ({SizeText.Of(-surplus)}).  You need to make the target disk larger by at least this amount or adjust your resizing requests.");
        }

        return Layout(surplus);
    }

    /// <summary>The name of a partition on the command line.</summary>
    public static string NameOf(TableEntry entry) => $"{Device}{entry.Number}";

    private static bool IsNamed(TableEntry entry, string name) => PartitionName.NumberOf(name) == entry.Number;

    private void Collect()
    {
        long end = 0;
        foreach (var entry in table.Entries.Where(IsLaidOut).OrderBy(entry => entry.First))
        {
            var name = NameOf(entry);
            if (entry.Role != PartitionRole.Logical && entry.First < end)
            {
                throw new PlanException($"{name}: this partition overlaps the previous one");
            }

            if (entry.End > table.Geometry.Sectors)
            {
                throw new PlanException($"{name}: this partition ends behind the end of the disk; the image is cut off, or its partition table belongs to another one");
            }

            end = entry.Role == PartitionRole.Logical ? end : entry.End;
            _choices.Add(new(entry, name, contents.GetValueOrDefault(entry.Number, PartitionContent.Unknown), SectorSize));
        }

        if (_choices.Count == 0)
        {
            throw new PlanException("the source disk has no partitions");
        }
    }

    private bool IsLaidOut(TableEntry entry) => LaysOutLogical || entry.Role != PartitionRole.Logical;

    private Choice Find(string name, string option)
    {
        if (_choices.Find(choice => IsNamed(choice.Entry, name)) is not { } found)
        {
            throw new PlanException(
                $"{name}: partition not found in the source disk image (this error came from ‘{option}’ option on the command line).  The partitions are: {string.Join(", ", table.Entries.Select(NameOf))}.  Try running this command: virt-filesystems --partitions --long -a {input}");
        }

        if (LaysOutLogical && found.Entry.Role == PartitionRole.Extended)
        {
            throw new PlanException($"{name}: name the extended partition or those inside of it, not both: it becomes as large as they are");
        }

        return found.Operation is PartitionOperation.Ignore or PartitionOperation.Delete
            ? throw new PlanException($"{name}: this partition has already been ignored or deleted")
            : found.Operation == PartitionOperation.Resize ? throw new PlanException($"{name}: this partition has already been marked for resizing")
            : found;
    }

    private void MarkOperations()
    {
        foreach (var name in request.Ignored)
        {
            Find(name, "--ignore").Operation = PartitionOperation.Ignore;
        }

        foreach (var name in request.Deleted)
        {
            Find(name, "--delete").Operation = PartitionOperation.Delete;
        }

        foreach (var size in request.Sizes)
        {
            var option = size.IsForced ? "--resize-force" : "--resize";
            var choice = Find(size.Partition, option);
            Resize(choice, size.Change.Apply(choice.OldSize), option, size.IsForced);
        }
    }

    private void Resize(Choice choice, long newSize, string option, bool force)
    {
        if (newSize <= 0)
        {
            throw new PlanException($"{choice.Name}: a partition cannot be shrunk to nothing (this error came from ‘{option}’ option on the command line); --delete removes it");
        }

        if (newSize < choice.OldSize && !force)
        {
            RequireRoom(choice, newSize, option);
        }

        if (newSize != choice.OldSize)
        {
            (choice.Operation, choice.NewSize) = (PartitionOperation.Resize, newSize);
        }
    }

    private static void RequireRoom(Choice choice, long newSize, string option)
    {
        var advice = $"  If you want to shrink this partition, you need to use the ‘--resize-force’ option, but that could destroy {(choice.Entry.Role == PartitionRole.Extended ? "logical partitions within" : "any data on")} this partition.  (This error came from ‘{option}’ option on the command line.)";
        if (choice.Entry.Role == PartitionRole.Extended)
        {
            throw new PlanException($"{choice.Name}: This extended partition contains logical partitions which might be damaged by shrinking it.{advice}");
        }

        var content = choice.Content;
        if (content.IsSwap)
        {
            // Made anew in the size of the partition.
            return;
        }

        if (content.Size is not { } least)
        {
            throw new PlanException($"{choice.Name}: This partition has unknown content which might be damaged by shrinking it.{advice}");
        }

        if (newSize < least)
        {
            var what = content.IsPhysicalVolume ? "an LVM physical volume" : $"a {content.Type} filesystem";
            throw new PlanException(
                $"{choice.Name}: This partition contains {what} which will be damaged by shrinking it below {least} bytes (user asked to shrink it to {newSize} bytes).{advice}");
        }
    }

    private void ExpandOrShrink()
    {
        if (request.Expand is null && request.Shrink is null)
        {
            return;
        }

        var surplus = Surplus();
        if (request.Expand is { } expanded)
        {
            var choice = Find(expanded, "--expand");
            if (surplus < 0)
            {
                throw new PlanException(
                    $"You cannot use --expand when there is no surplus space to expand into.  You need to make the target disk larger by at least {-surplus} bytes ({SizeText.Of(-surplus)}).");
            }

            Resize(choice, choice.OldSize + surplus, "--expand", force: false);
        }
        else
        {
            var choice = Find(request.Shrink!, "--shrink");
            if (surplus > 0)
            {
                throw new PlanException("You cannot use --shrink when there is no deficit (see ‘deficit’ in the virt-resize(1) man page).");
            }

            Resize(choice, choice.OldSize + surplus, "--shrink", force: false);
        }
    }

    private long Surplus()
    {
        long required = 0;
        long gaps = 0;
        foreach (var choice in _choices.Where(choice => choice.Operation != PartitionOperation.Delete))
        {
            required += choice.Entry.Role == PartitionRole.Extended && LaysOutLogical ? 0
                : choice.NewSize;
            gaps += choice.Entry.Role == PartitionRole.Logical ? GapOf(choice.Entry) : 0;
        }

        return (disk.Sectors * SectorSize) - required - ((Overhead() + gaps) * SectorSize);
    }

    private long Overhead()
    {
        // The room in front of the first partition is at least that of a boot loader, wherever it begins.
        var start = Math.Max(BootLoaderBytes / SectorSize, _choices[0].Entry.First);
        return start + (request.Alignment * (_choices.Count + 1L)) + EndSectors;
    }

    private static long GapOf(TableEntry logical) => logical.First - logical.RecordSector;

    private ResizePlan Layout(long surplus)
    {
        var movesFirst = MovesFirst();
        var next = movesFirst ? request.Alignment : _choices[0].Entry.First;
        var planned = new List<PlannedPartition>();
        foreach (var choice in _choices.Where(choice => choice.Entry.Role != PartitionRole.Logical))
        {
            if (choice.Operation == PartitionOperation.Delete)
            {
                planned.Add(new(choice.Name, choice.Operation, choice.Entry, null, choice.Content));
                continue;
            }

            if (choice.Entry.Role == PartitionRole.Extended && LaysOutLogical)
            {
                var inside = LayoutLogical(next, choice);
                planned.AddRange(inside);
                next = RoundUp(inside[0].Target!.End);
                continue;
            }

            var count = SectorsFor(choice.NewSize);
            var end = choice.Operation == PartitionOperation.Resize ? RoundUp(next + count) : next + count;
            planned.Add(Planned(choice, new(choice.Entry.Number, choice.Entry.Role, next, end - next, choice.Entry.Raw, choice.Entry)));
            next = RoundUp(end);
        }

        Renumber(planned);
        AddExtra(planned, next, surplus);
        RequireFits(planned);
        return new(planned, surplus, movesFirst);
    }

    private static PlannedPartition Planned(Choice choice, PlacedEntry target) =>
        new(choice.Name, choice.Operation, choice.Entry, target, choice.Content) { OldSize = choice.OldSize, NewSize = choice.NewSize };

    /// <summary>The extended partition, then the partitions inside of it, each behind the record that lists it.</summary>
    private List<PlannedPartition> LayoutLogical(long start, Choice extended)
    {
        var planned = new List<PlannedPartition>();
        var record = start;
        var end = start + 1;
        foreach (var choice in _choices.Where(choice => choice.Entry.Role == PartitionRole.Logical))
        {
            if (choice.Operation == PartitionOperation.Delete)
            {
                planned.Add(new(choice.Name, choice.Operation, choice.Entry, null, choice.Content));
                continue;
            }

            var gap = GapOf(choice.Entry);
            var first = gap >= request.Alignment ? RoundUp(record + gap) : record + gap;
            var count = SectorsFor(choice.NewSize);
            end = choice.Operation == PartitionOperation.Resize ? RoundUp(first + count) : first + count;
            planned.Add(Planned(choice, new(choice.Entry.Number, PartitionRole.Logical, first, end - first, choice.Entry.Raw, choice.Entry) { RecordSector = record }));
            record = RoundUp(end);
        }

        var around = new PlacedEntry(extended.Entry.Number, PartitionRole.Extended, start, end - start, extended.Entry.Raw, extended.Entry);
        planned.Insert(0, Planned(extended, around) with
        {
            Operation = around.Count == extended.Entry.Count ? PartitionOperation.Copy : PartitionOperation.Resize,
            NewSize = around.Count * SectorSize,
            IsFrame = true,
        });
        return planned;
    }

    /// <summary>Takes the numbers of deleted partitions out, as the original does: those behind move up.</summary>
    private void Renumber(List<PlannedPartition> planned)
    {
        var gone = _choices.Where(choice => choice.Operation == PartitionOperation.Delete).Select(choice => choice.Entry).ToArray();
        for (var i = 0; i < planned.Count; i++)
        {
            if (planned[i].Target is { } target)
            {
                var isLogical = target.Role == PartitionRole.Logical;
                var before = gone.Count(entry => (entry.Role == PartitionRole.Logical) == isLogical && entry.Number < target.Number);
                planned[i] = planned[i] with { Target = target with { Number = target.Number - before } };
            }
        }
    }

    private void AddExtra(List<PlannedPartition> planned, long next, long surplus)
    {
        var used = planned.Select(partition => partition.Target).OfType<PlacedEntry>().Where(entry => entry.Role != PartitionRole.Logical).Select(entry => entry.Number).ToHashSet();
        var number = Enumerable.Range(1, table.MostPrimaries).FirstOrDefault(candidate => !used.Contains(candidate));
        var end = Math.Min(disk.Sectors - EndSectors, table.EndOfSpace(disk));
        if (request.AddsPartition && surplus >= SmallestExtraPartition && number != 0 && end > next)
        {
            var entry = new PlacedEntry(number, PartitionRole.Primary, next, end - next, table.NewEntry(), null);
            planned.Add(new($"{Device}{number}", PartitionOperation.Create, null, entry, PartitionContent.Unknown) { NewSize = entry.Count * SectorSize });
        }
    }

    private void RequireFits(List<PlannedPartition> planned)
    {
        var space = table.EndOfSpace(disk);
        var last = planned.Max(partition => partition.Target?.End ?? 0);
        if (last > space)
        {
            var missing = (last - space) * SectorSize;
            throw new PlanException(table.Kind == TableKind.Mbr && disk.Sectors > space
                ? $"A partition would end {missing} bytes behind the last place that an MBR partition table can name (2 TiB); make the target disk that small, or convert the table to GPT first"
                : $"There is a deficit of {missing} bytes ({SizeText.Of(missing)}).  You need to make the target disk larger by at least this amount or adjust your resizing requests.");
        }
    }

    /// <summary>Whether the first partition is aligned: always, never, or where the boot loader that hangs on its place can be mended, which is that of Windows.</summary>
    private bool MovesFirst()
    {
        var first = _choices[0];
        var isWindows = first.Content.Type == "ntfs" && table.Kind == TableKind.Mbr && first.Entry.IsActive && first.Operation != PartitionOperation.Delete
            && first.Entry.First % request.Alignment != 0;
        return first.Entry.First % request.Alignment != 0 && (request.AlignFirst == FirstAlignment.Always || (request.AlignFirst == FirstAlignment.Auto && isWindows));
    }

    private long RoundUp(long sector) => (sector + request.Alignment - 1) / request.Alignment * request.Alignment;

    private long SectorsFor(long bytes) => (bytes / SectorSize) + (bytes % SectorSize == 0 ? 0 : 1);

    private sealed class Choice(TableEntry entry, string name, PartitionContent content, int sectorSize)
    {
        public TableEntry Entry => entry;

        public string Name => name;

        public PartitionContent Content => content;

        public long OldSize => entry.Count * sectorSize;

        public PartitionOperation Operation { get; set; } = PartitionOperation.Copy;

        public long NewSize { get; set; } = entry.Count * sectorSize;
    }
}
