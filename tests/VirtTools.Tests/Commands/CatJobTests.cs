using VirtTools.CommandLine.Guests;
using VirtTools.Commands;

namespace VirtTools.Tests.Commands;

public sealed class CatJobTests
{
    private readonly CapturedStreams _streams = new("virt-cat");

    [Fact]
    public async Task Files_are_printed_one_after_the_other_byte_by_byte()
    {
        using var guest = new FakeGuest().Files("download", new Dictionary<string, byte[]>
        {
            ["/a"] = [0, 0xFF, 10],
            ["/inv\udcff"] = "second"u8.ToArray(),
        });

        await FileContent.PrintAsync(new(guest.Handle, GuestPaths.Plain), ["/a", "/inv\udcff"], "disk.img", _streams.Streams, CancellationToken.None);

        Assert.Equal("\0\udcff\nsecond", _streams.Output);
        Assert.Equal(0, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task A_missing_file_is_a_sentence_and_the_others_are_printed()
    {
        using var guest = new FakeGuest().Files("download", new Dictionary<string, byte[]> { ["/b"] = "b"u8.ToArray() });

        await FileContent.PrintAsync(new(guest.Handle, GuestPaths.Plain), ["/etc/nope", "/b"], "disk.qcow2", _streams.Streams, CancellationToken.None);

        Assert.Equal("b", _streams.Output);
        Assert.Equal("virt-cat: disk.qcow2: no such file in the guest: /etc/nope\n", _streams.Error);
        Assert.Equal(1, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task A_directory_is_named_as_such()
    {
        using var guest = new FakeGuest().On("download", (ref _, _) => throw new GuestfsException("download", "EISDIR", "/etc: Is a directory"));

        await FileContent.PrintAsync(new(guest.Handle, GuestPaths.Plain), ["/etc"], "disk.img", _streams.Streams, CancellationToken.None);

        Assert.Equal("virt-cat: disk.img: a directory, not a file: /etc\n", _streams.Error);
    }

    [Fact]
    public async Task An_appliance_that_dies_ends_the_command()
    {
        using var guest = new FakeGuest();

        await Assert.ThrowsAsync<GuestfsException>(
            () => FileContent.PrintAsync(new(guest.Handle, GuestPaths.Plain), ["/a", "/b"], "disk.img", _streams.Streams, CancellationToken.None));
        Assert.Equal(["download"], guest.Calls);
    }
}
