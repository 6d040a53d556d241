using System.Globalization;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>Making and looking at disk images on the host, without an appliance.</summary>
public sealed partial class Guestfs
{
    private static readonly TimeSpan ImageProgramDeadline = TimeSpan.FromMinutes(10);

    private protected override void DiskCreateCore(string filename, string format, long size, DiskCreateOptions? options)
    {
        if (size < 0 && (size != -1 || options?.BackingFile is null))
        {
            throw Error(ActionDescriptors.DiskCreate, "EINVAL", $"{size}: the size of a disk cannot be negative; -1 means that of the backing file");
        }

        if (format is not ("raw" or "qcow2"))
        {
            throw Error(ActionDescriptors.DiskCreate, "EINVAL", $"{format}: disks are made in the formats raw and qcow2");
        }

        RunImageProgram(ActionDescriptors.DiskCreate, CreateArguments(filename, format, size, options ?? new DiskCreateOptions()));
    }

    private protected override Task DiskCreateCoreAsync(
        string filename, string format, long size, DiskCreateOptions? options, CancellationToken cancellationToken) =>
        DedicatedThread.Run("disk_create", () =>
        {
            DiskCreateCore(filename, format, size, options);
            return true;
        }).WaitAsync(cancellationToken);

    private protected override string DiskFormatCore(string filename) => Look(ActionDescriptors.DiskFormat, filename).Layers[0].Format;

    private protected override Task<string> DiskFormatCoreAsync(string filename, CancellationToken cancellationToken) =>
        Task.FromResult(DiskFormatCore(filename));

    private protected override long DiskVirtualSizeCore(string filename) =>
        Look(ActionDescriptors.DiskVirtualSize, filename).VirtualSize
        ?? throw Error(ActionDescriptors.DiskVirtualSize, "ENOTSUP", $"{filename}: the header of this format does not tell the size");

    private protected override Task<long> DiskVirtualSizeCoreAsync(string filename, CancellationToken cancellationToken) =>
        Task.FromResult(DiskVirtualSizeCore(filename));

    private protected override bool DiskHasBackingFileCore(string filename) => Look(ActionDescriptors.DiskHasBackingFile, filename).Layers.Count > 1;

    private protected override Task<bool> DiskHasBackingFileCoreAsync(string filename, CancellationToken cancellationToken) =>
        Task.FromResult(DiskHasBackingFileCore(filename));

    /// <summary>The layers of an image, described and closed again.</summary>
    private static DriveImage Look(ActionDescriptor action, string filename)
    {
        using var image = Open(action, filename, format: null, readOnly: true);
        return image;
    }

    private static List<string> CreateArguments(string filename, string format, long size, DiskCreateOptions options)
    {
        var settings = new List<string>();
        Add("preallocation", options.Preallocation switch { "sparse" => "off", var other => other });
        Add("compat", options.Compat);
        Add("cluster_size", options.ClusterSize?.ToString(CultureInfo.InvariantCulture));
        var arguments = new List<string> { "qemu-img", "create", "-q", "-f", format };
        if (settings.Count > 0)
        {
            arguments.AddRange(["-o", string.Join(',', settings)]);
        }

        if (options.BackingFile is { } backing)
        {
            arguments.AddRange(["-b", backing, "-F", options.BackingFormat ?? "raw"]);
        }

        arguments.AddRange(["--", filename]);
        if (size >= 0)
        {
            arguments.Add(size.ToString(CultureInfo.InvariantCulture));
        }

        return arguments;

        void Add(string name, string? value)
        {
            // A comma would start another option of qemu-img.
            if (value is not null)
            {
                settings.Add($"{name}={value.Replace(",", ",,")}");
            }
        }
    }

    private static void RunImageProgram(ActionDescriptor action, List<string> arguments)
    {
        if (ProgramPath.Find(arguments[0]) is null)
        {
            throw Error(action, "ENOENT", $"{arguments[0]} is not installed; install the package qemu-utils");
        }

        var result = ChildProcess.Run(arguments, new RunOptions { Deadline = ImageProgramDeadline });
        if (!result.IsSuccess)
        {
            throw Error(action, "EIO", $"{arguments[0]} {result.Ending}: {result.ErrorText}");
        }
    }
}
