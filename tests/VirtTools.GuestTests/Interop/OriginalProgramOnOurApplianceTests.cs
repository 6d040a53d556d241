using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using VirtTools.Appliance;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Parity;

namespace VirtTools.GuestTests.Interop;

/// <summary>The original's shell and library drive our appliance and daemon, out of a folder as <c>virt-appliance export</c> makes it.</summary>
public sealed class OriginalProgramOnOurApplianceTests : IDisposable
{
    private const string Separator = "-----";
    private const string PackedName = "packed";
    private const int PackedOwner = 1234;

    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-interop-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_original_lists_mounts_reads_writes_packs_and_checks_through_our_daemon()
    {
        var appliance = Path.Combine(_folder, "appliance");
        ApplianceCopy.Export(new ApplianceLocator(Guests.ApplianceFolder).Find()!, appliance, progress: null, CancellationToken.None);
        var disk = GuestImages.Named("ext4").CopyTo(_folder);
        File.SetUnixFileMode(disk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // More than one chunk each way.
        var sent = RandomNumberGenerator.GetBytes(300_000);
        File.WriteAllBytes(Path.Combine(_folder, "sent"), sent);
        Pack(sent, Path.Combine(_folder, "sent.tar.gz"));

        var result = OriginalProgram.Run(
            "guestfish",
            new ProgramInput($"""
                run
                list-filesystems
                echo {Separator}
                mount /dev/sda /
                ls /etc
                echo {Separator}
                cat /etc/hostname
                echo {Separator}
                upload sent /received
                download /received back
                checksum sha256 /received
                mkdir /unpacked
                tar-in sent.tar.gz /unpacked compress:gzip
                tar-out /unpacked back.tar numericowner:true
                echo {Separator}
                -cat /nowhere
                echo {Separator}
                is-file /received
                """)
            {
                WorkingFolder = _folder,
                Environment = new Dictionary<string, string> { ["LIBGUESTFS_PATH"] = appliance },
            },
            "--format=raw", "-a", disk);

        Assert.True(result.ExitCode == 0, result.ErrorText);
        var answers = result.Text.Split(Separator + "\n");
        Assert.Equal("/dev/sda: ext4\n", answers[0]);
        Assert.Equal(["fstab", "hostname", "passwd"], answers[1].Split('\n').Intersect(["fstab", "hostname", "passwd"]));
        Assert.Equal("ext4\n", answers[2].TrimEnd('\n') + "\n");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sent)), answers[3].Trim());
        Assert.Contains("No such file or directory", result.ErrorText);
        Assert.Equal("true\n", answers[5]);
        Assert.Equal(sent, File.ReadAllBytes(Path.Combine(_folder, "back")));
        Assert.Equal(sent, Unpack(Path.Combine(_folder, "back.tar")));
    }

    private static void Pack(byte[] content, string archive)
    {
        using var writer = new TarWriter(new GZipStream(File.Create(archive), CompressionLevel.Fastest));
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, PackedName) { DataStream = new MemoryStream(content), Uid = PackedOwner });
    }

    private static byte[] Unpack(string archive)
    {
        using var reader = new TarReader(File.OpenRead(archive));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry is { Name: "./" + PackedName, Uid: PackedOwner, DataStream: { } data })
            {
                var content = new byte[data.Length];
                data.ReadExactly(content);
                return content;
            }
        }

        throw new InvalidDataException($"{PackedName} of user {PackedOwner} is not in the archive");
    }
}
