using System.Security.Cryptography;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Images;

/// <summary>Reading changes nothing.</summary>
public sealed class ReadOnlyTests
{
    [Theory]
    [InlineData("ext4", "/etc/hostname")]
    [InlineData("dirty-journal", "/state")]
    public void Read_only_drive_is_byte_identical_after_a_mount_for_writing(string fixture, string file)
    {
        var image = GuestImages.Named(fixture);
        var before = State(image);

        using (var handle = Guests.Launch(image))
        {
            // The journal is replayed and the superblock written: into the overlay of the drive.
            handle.Mount("/dev/sda", "/");
            Assert.NotEmpty(handle.Cat(file));
            handle.Write("/written", "by a test"u8.ToArray());
            handle.UmountAll();
        }

        Assert.Equal(before, State(image));
    }

    private static (string Hash, DateTime Written) State(Fixture fixture)
    {
        using var stream = File.OpenRead(fixture.GetPath());
        return (Convert.ToHexStringLower(SHA256.HashData(stream)), File.GetLastWriteTimeUtc(fixture.GetPath()));
    }
}
