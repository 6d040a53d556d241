using System.Security.Cryptography;

namespace VirtTools.Appliance.Command;

/// <summary>
/// Finds out whether this host can be relied upon to resume appliances under KVM: what a resumed one reads and writes is compared with what one reads
/// that booted. What comes out is remembered until the host starts again, and later launches follow it.
/// </summary>
internal static class ResumeTrial
{
    private const int Resumes = 3;
    private const int DiskSize = 64 * 1024 * 1024;
    private const int ContentSize = 4 * 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <exception cref="ApplianceException">Appliances cannot be resumed under KVM here; they boot.</exception>
    public static void Run(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("virttools-trial-");
        try
        {
            var disk = Path.Combine(folder.FullName, "disk");
            using (var file = new FileStream(disk, FileMode.CreateNew))
            {
                file.SetLength(DiskSize);
            }

            Run(disk, RandomNumberGenerator.GetBytes(ContentSize), cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string disk, byte[] content, CancellationToken cancellationToken)
    {
        using (var booted = Prepare(disk))
        {
            booted.SetBackendSetting("no_template", "1");
            using var interruption = cancellationToken.Register(booted.KillSubprocess);
            booted.Launch();
            booted.Mkfs("ext4", "/dev/sda");
            booted.Mount("/dev/sda", "/");
            booted.Write("/content", content);
        }

        for (var i = 0; i < Resumes; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var resumed = Prepare(disk);
            resumed.TriesResume = true;
            using var interruption = cancellationToken.Register(resumed.KillSubprocess);
            Try(resumed, content, i);
        }
    }

    private static void Try(Guestfs resumed, byte[] content, int number)
    {
        try
        {
            resumed.Launch();
            if (!resumed.IsResumed)
            {
                resumed.RememberResume(works: false);
                throw new ApplianceException("an appliance cannot be resumed under KVM here: run virt-appliance template --rebuild with LIBGUESTFS_DEBUG=1, which says why");
            }

            resumed.Mount("/dev/sda", "/");
            var read = resumed.ReadFile("/content");
            resumed.Write($"/written{number}", content);
            var written = resumed.Checksum("sha256", $"/written{number}");
            var isRight = read.AsSpan().SequenceEqual(content) && written == Convert.ToHexStringLower(SHA256.HashData(content));
            if (!isRight)
            {
                resumed.RememberResume(works: false);
                throw new ApplianceException("an appliance that was resumed under KVM read something else than one that booted: from now on they boot");
            }

            // Only when all have agreed.
            if (number == Resumes - 1)
            {
                resumed.RememberResume(works: true);
            }
        }
        catch (GuestfsException e)
        {
            throw new ApplianceException($"an appliance that was resumed under KVM failed, they boot: {e.Message}", e);
        }
    }

    private static Guestfs Prepare(string disk)
    {
        var handle = new Guestfs { LaunchDeadline = Deadline };
        handle.AddDrive(disk, new() { Format = "raw" });
        return handle;
    }
}
