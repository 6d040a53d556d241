using System.Globalization;
using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>A partition: where it lies, what the table calls it, what is in it.</summary>
/// <param name="Number">Its number in the table; logical partitions of an MBR start at 5.</param>
/// <param name="Start">Offset in MiB.</param>
/// <param name="Length">Length in MiB.</param>
/// <param name="Type">The type as sfdisk takes it: an MBR byte in hex or a GPT type.</param>
/// <param name="Image">The file with its content, or null for an empty or extended partition.</param>
public sealed record Partition(int Number, int Start, int Length, string Type, string? Image = null)
{
    /// <summary>More fields for sfdisk, such as <c>bootable</c> or <c>name=...</c>.</summary>
    public string Options { get; init; } = "";
}

/// <summary>A partitioned disk put together from the images of its partitions.</summary>
/// <param name="Label">dos or gpt.</param>
/// <param name="LabelId">The disk's identifier.</param>
/// <param name="Size">Size in MiB.</param>
/// <param name="Partitions">In the order of their numbers, the extended one before the logical ones.</param>
public sealed record DiskLayout(string Label, string LabelId, int Size, IReadOnlyList<Partition> Partitions)
{
    private const int MiB = 1024 * 1024;

    /// <summary>Makes the disk as a sparse raw file.</summary>
    public void MakeRaw(string disk)
    {
        SparseFile.Create(disk, (long)Size * MiB);
        Programs.Sfdisk.Run(new ProgramInput(Script()), "--quiet", "--no-reread", "--no-tell-kernel", disk);
        foreach (var partition in Partitions.Where(partition => partition.Image is not null))
            SparseFile.CopyInto(partition.Image!, disk, (long)partition.Start * MiB);
    }

    /// <summary>Makes the disk as qcow2. One coroutine keeps the clusters in the disk's order.</summary>
    public void MakeQcow2(string disk)
    {
        var raw = disk + ".raw";
        MakeRaw(raw);
        ToQcow2(raw, disk);
        File.Delete(raw);
    }

    /// <summary>Converts a raw file to qcow2.</summary>
    public static void ToQcow2(string raw, string disk) =>
        Programs.QemuImg.Run("convert", "-m", "1", "-f", "raw", "-O", "qcow2", raw, disk);

    private string Script()
    {
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"label: {Label}\nlabel-id: {LabelId}\nunit: sectors\n\n");
        foreach (var partition in Partitions)
        {
            script.Append(CultureInfo.InvariantCulture, $"p{partition.Number} : ");
            script.Append(CultureInfo.InvariantCulture, $"start={partition.Start * 2048L}, size={partition.Length * 2048L}, ");
            script.Append(CultureInfo.InvariantCulture, $"type={partition.Type}{partition.Options}\n");
        }

        return script.ToString();
    }
}
