using System.Diagnostics;
using System.Text;

namespace VirtTools.Appliance.Command;

/// <summary>Launches an appliance with an empty disk, makes a file system, writes a file and reads it back.</summary>
internal static class LaunchTrial
{
    private const long DiskSize = 64 * 1024 * 1024;

    public static string Run()
    {
        var content = Encoding.ASCII.GetBytes("the quick brown fox\n");
        var clock = Stopwatch.StartNew();
        try
        {
            using var handle = new Guestfs();
            handle.AddDriveScratch(DiskSize);
            handle.Launch();
            var launched = clock.Elapsed;
            handle.PartDisk("/dev/sda", "mbr");
            handle.Mkfs("ext4", "/dev/sda1");
            handle.Mount("/dev/sda1", "/");
            handle.Write("/hello", content);
            var read = handle.ReadFile("/hello");
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
