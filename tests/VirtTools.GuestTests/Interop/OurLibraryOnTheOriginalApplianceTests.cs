using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Interop;

/// <summary>Our library drives the original's daemon, in the appliance that supermin builds from the packages of this host.</summary>
public sealed class OurLibraryOnTheOriginalApplianceTests : IDisposable
{
    private static readonly HostProgram Supermin = new("supermin", "libguestfs0");

    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-interop-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Our_library_lists_mounts_reads_writes_and_checks_through_the_original_daemon()
    {
        var disk = GuestImages.Named("ext4").CopyTo(_folder);
        File.SetUnixFileMode(disk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // More than one chunk each way.
        var sent = RandomNumberGenerator.GetBytes(300_000);
        var source = Path.Combine(_folder, "sent");
        var back = Path.Combine(_folder, "back");
        File.WriteAllBytes(source, sent);
        using var handle = new Guestfs(HandleEnvironment.Ignored);
        handle.SetPath(OriginalAppliance());
        handle.AddDrive(disk, new() { Format = "raw" });

        handle.Launch();

        Assert.Equal([KeyValuePair.Create("/dev/sda", "ext4")], handle.ListFilesystems());
        handle.Mount("/dev/sda", "/");
        Assert.Equal(["fstab", "hostname", "passwd"], handle.Ls("/etc").Intersect(["fstab", "hostname", "passwd"]));
        Assert.Equal("ext4", handle.Cat("/etc/hostname").TrimEnd('\n'));
        handle.Upload(source, "/received");
        handle.Download("/received", back);
        Assert.Equal(sent, File.ReadAllBytes(back));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sent)), handle.Checksum("sha256", "/received"));
        var failure = Assert.Throws<GuestfsException>(() => handle.Cat("/nowhere"));
        Assert.Equal("ENOENT", failure.ErrnoName);
        Assert.True(handle.IsFile("/received"));
        handle.Shutdown();
    }

    /// <summary>
    /// Builds the appliance as the original's library does at its first launch, unless it is there and no package behind it has changed. Needs a
    /// kernel package on the host.
    /// </summary>
    private static string OriginalAppliance()
    {
        var artifacts = Directory.CreateDirectory(Path.Combine(Clone.Folder, "artifacts")).FullName;
        var folder = Path.Combine(artifacts, "original-appliance");
        Supermin.Run(
            "--build", "--if-newer", "--lock", folder + ".lock", "--copy-kernel", "-f", "ext2",
            "--host-cpu", RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "x86_64" : "aarch64",
            "/usr/lib/x86_64-linux-gnu/guestfs/supermin.d", "-o", folder);
        return folder;
    }
}
