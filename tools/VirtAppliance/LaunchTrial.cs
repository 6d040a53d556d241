using System.Diagnostics;
using System.Text;

namespace VirtTools.Appliance.Command;

/// <summary>Launches an appliance with an empty disk, makes a file system, writes a file and reads it back.</summary>
internal static class LaunchTrial
{
    private const long DiskSize = 64 * 1024 * 1024;

    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var content = Encoding.ASCII.GetBytes("the quick brown fox\n");
        var clock = Stopwatch.StartNew();
        try
        {
            var handle = new Guestfs();
            await using var disposal = handle.ConfigureAwait(false);
            handle.AddDriveScratch(DiskSize);
            await handle.LaunchAsync(cancellationToken).ConfigureAwait(false);
            var launched = clock.Elapsed;
            await handle.PartDiskAsync("/dev/sda", "mbr", cancellationToken: cancellationToken).ConfigureAwait(false);
            await handle.MkfsAsync("ext4", "/dev/sda1", cancellationToken: cancellationToken).ConfigureAwait(false);
            await handle.MountAsync("/dev/sda1", "/", cancellationToken: cancellationToken).ConfigureAwait(false);
            await handle.WriteAsync("/hello", content, cancellationToken: cancellationToken).ConfigureAwait(false);
            var read = await handle.ReadFileAsync("/hello", cancellationToken).ConfigureAwait(false);
            return read.AsSpan().SequenceEqual(content)
                ? $"started in {launched.TotalSeconds:0.0} s; a file system was made, a file written and read back"
                : throw new CheckFailedException("a file read back from the appliance differs from what was written", "check the host's memory and disks");
        }
        catch (GuestfsException e)
        {
            throw new CheckFailedException(e.Message, "run it again with LIBGUESTFS_DEBUG=1 and look at the last lines of the appliance's console");
        }
    }
}
