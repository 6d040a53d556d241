using VirtTools.BlockAccess;
using VirtTools.CommandLine.Guests;
using VirtTools.Inspection;
using VirtTools.Wire;

namespace VirtTools.Tests.Handle;

/// <summary>What a daemon may say of an operating system, and what the library makes of it when it lies.</summary>
public sealed class InspectionReplyTests
{
    private const string Root = "/dev/sda1";

    [Fact]
    public void Applications_arrive_in_portions()
    {
        using var guest = new Played((_, first) => (3, first == 0 ? ["a", "b"] : ["c"]));

        Assert.Equal(["a", "b", "c"], guest.Handle.InspectListApplications2(Root).Select(application => application.App2Name));
        Assert.Equal(["a", "b", "c"], guest.Handle.InspectListApplications(Root).Select(application => application.AppName));
    }

    [Theory]
    [InlineData(3u, 0, 2)] // a portion that brings nothing
    [InlineData(1u, 2, 1)] // more than there are
    [InlineData(uint.MaxValue, 1, 1)] // more than anybody has
    public void List_that_makes_no_sense_ends_the_appliance(uint total, int ofFirst, int ofOthers)
    {
        using var guest = new Played((_, first) => (total, [.. Enumerable.Repeat("x", first == 0 ? ofFirst : ofOthers)]));

        var failure = Assert.Throws<GuestfsException>(() => guest.Handle.InspectListApplications2(Root));

        Assert.Equal("EPROTO", failure.ErrnoName);
        Assert.True(guest.Handle.IsConfig());
    }

    [Fact]
    public void Failure_of_the_daemon_is_the_failure_of_the_action()
    {
        using var guest = new Played((_, _) => throw new GuestfsException("x", "EINVAL", "not a root"));

        var failure = Assert.Throws<GuestfsException>(() => guest.Handle.InspectListApplications2(Root));

        Assert.Equal(("EINVAL", "inspect_list_applications2: not a root"), (failure.ErrnoName, failure.Message));
        Assert.False(guest.Handle.IsConfig());
    }

    [Fact]
    public void Changed_bytes_of_a_reply_are_read_or_refused()
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(2);
        StructCodecs.Write(writer, [Named("bash"), Named("dbus")]);
        var whole = writer.Written.ToArray();
        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = whole[..(round % 4 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (var change = 0; change < 4 && changed.Length > 0; change++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.InRange(ApplicationPortion.Parse(changed, 0).Applications.Length, 0, 2);
            }
            catch (ProtocolException)
            {
                // Refused.
            }

            try
            {
                Assert.InRange(FileSystemReason.Parse(changed).Length, 0, changed.Length / 16);
            }
            catch (ProtocolException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void Reasons_become_sentences_and_unknown_ones_are_named()
    {
        var sentence = WhyNothingFound.Describe(
            [
                new("/dev/sda1", "ext4", "no-system", ""), new("/dev/sda2", "crypto_LUKS", "luks2", ""),
                new("/dev/sda3", "xfs", "feature", "incompatible features 0x80"), new("/dev/sda4", "zfs", "of-the-future", ""),
            ],
            WhyNothingFound.NameOne);

        Assert.Equal(
            "there are file systems on /dev/sda1 (ext4): name one with -m DEVICE; /dev/sda2 is encrypted (LUKS2) and has not been opened; "
                + "/dev/sda3 (xfs) has features that the appliance does not support: incompatible features 0x80; /dev/sda4 cannot be used (of-the-future)",
            sentence);
        Assert.Equal("no file system and no partition either", WhyNothingFound.Describe([], advice: ""));
    }

    [Theory]
    [InlineData("linux", "debian", 12, 4, "12.4", "debian12")]
    [InlineData("linux", "ubuntu", 22, 4, "Ubuntu 22.04", "ubuntu22.04")]
    [InlineData("linux", "fedora", 39, 0, "", "fedora39")]
    [InlineData("linux", "centos", 7, 9, "", "centos7.0")]
    [InlineData("linux", "centos", 8, 5, "", "centos8")]
    [InlineData("linux", "centos", 6, 10, "", "centos6.10")]
    [InlineData("linux", "rhel", 9, 3, "", "rhel9.3")]
    [InlineData("linux", "sles", 15, 5, "SUSE Linux Enterprise Server 15 SP5", "sles15sp5")]
    [InlineData("linux", "sles", 12, 0, "SUSE Linux Enterprise Desktop 12", "sled12")]
    [InlineData("linux", "archlinux", 0, 0, "", "archlinux")]
    [InlineData("linux", "unknown", 0, 0, "", "unknown")]
    [InlineData("freebsd", "freebsd", 13, 2, "", "freebsd13.2")]
    [InlineData("dos", "msdos", 0, 0, "", "msdos6.22")]
    [InlineData("windows", "windows", 6, 1, "Windows 7 Ultimate", "win7")]
    [InlineData("windows", "windows", 10, 0, "Windows Server 2022 Standard", "win10")]
    public void Osinfo_name_is_guessed(string type, string distribution, int major, int minor, string product, string name) =>
        Assert.Equal(name, OsinfoName.Of(new(type, distribution, major, minor, product, "Client", "unknown")));

    [Theory]
    [InlineData(6, 1, "Windows Server 2008 R2 Standard", "win2k8r2")]
    [InlineData(10, 0, "Windows Server 2022 Standard", "win2k22")]
    [InlineData(10, 0, "Windows Server 2016 Standard", "win2k16")]
    [InlineData(5, 2, "Microsoft Windows Server 2003 R2", "win2k3r2")]
    public void Osinfo_name_of_a_server(int major, int minor, string product, string name) =>
        Assert.Equal(name, OsinfoName.Of(new("windows", "windows", major, minor, product, "Server", "unknown")));

    [Fact]
    public void Icon_is_the_first_png_of_the_usual_places()
    {
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1];
        using var guest = new Commands.FakeGuest()
            .On("inspect_get_distro", (ref _, result) =>
            {
                result.WriteString("fedora");
                return null;
            })
            .On("is_file", (ref arguments, result) =>
            {
                result.WriteBool(arguments.ReadString() is "/etc/favicon.png" or "/usr/share/icons/hicolor/96x96/apps/fedora-logo-icon.png");
                return null;
            })
            .On("pread", (ref arguments, result) =>
            {
                var path = arguments.ReadString();
                result.WriteBytes(path == "/etc/favicon.png" ? "GIF89a"u8
                    : path.EndsWith("fedora-logo-icon.png", StringComparison.Ordinal) ? png
                    : throw Commands.FakeGuest.NoSuchFile(path));
                return null;
            });

        Assert.Equal(png, guest.Handle.InspectGetIcon(Root));
        Assert.Equal(png, guest.Handle.InspectGetIcon(Root, new() { Favicon = false, Highquality = true }));
    }

    private static Application2 Named(string name) => new(name, "", 0, "1", "", "", "", "", "", "", "", "", "", "", "", "", "");

    /// <summary>A daemon of ours that answers the call for applications.</summary>
    private sealed class Played : IDisposable
    {
        private readonly FakeDaemon _daemon;

        public Played(Func<uint, uint, (uint Total, string[] Names)> answer) =>
            (Handle, _daemon) = FakeDaemon.Start(
                (daemon, call, body) =>
                {
                    var reader = new XdrReader(body);
                    if (call.Procedure != ApplicationPortion.Procedure)
                    {
                        daemon.Reply(call);
                        return;
                    }

                    Assert.Equal(Root, reader.ReadString());
                    try
                    {
                        var (total, names) = answer(0, reader.ReadUInt32());
                        daemon.Reply(call, writer =>
                        {
                            writer.WriteUInt32(total);
                            StructCodecs.Write(writer, [.. names.Select(Named)]);
                        });
                    }
                    catch (GuestfsException e)
                    {
                        daemon.ReplyError(call, e.ErrnoName!, e.Message);
                    }
                },
                exports: new NoExports());

        public Guestfs Handle { get; }

        public void Dispose()
        {
            Handle.Dispose();
            _daemon.Dispose();
        }
    }

    private sealed class NoExports : IDriveExports
    {
        public DriveExport? Open(uint target, TransferDirection direction) => null;

        public ValueTask<DriveExport?> OpenAsync(uint target, TransferDirection direction, CancellationToken cancellationToken) => new((DriveExport?)null);
    }
}
