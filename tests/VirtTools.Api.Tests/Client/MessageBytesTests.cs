using VirtTools.Wire;

namespace VirtTools.Api.Tests.Client;

/// <summary>A few messages as bytes, put down by hand from the protocol's description: what must never change.</summary>
public sealed class MessageBytesTests
{
    private readonly HandleForTests _handle = HandleForTests.Create();

    [Fact]
    public void Mount_is_a_header_and_two_strings()
    {
        _handle.Mount("/dev/sda1", "/");

        Assert.Equal(
            "2000F5F5" + "00000004" // program, version
            + "00000001" // procedure
            + "00000000" + "00123400" // call, serial
            + "0000000000000000" + "0000000000000000" // progress hint, optional arguments
            + "00000000" // status
            + "00000009" + "2F6465762F73646131" + "000000"
            + "00000001" + "2F" + "000000",
            _handle.LastMessage);
    }

    [Fact]
    public void Optional_arguments_that_are_not_given_are_zero_on_the_wire()
    {
        _handle.Mkfs("ext4", "/dev/sda");

        Assert.Equal(Header(278, 0) + "00000004" + "65787434" + "00000008" + "2F6465762F736461" + "00000000" + "00000000" + "00000000" + "00000000" + "00000000", _handle.LastMessage);
    }

    [Fact]
    public void Optional_arguments_that_are_given_set_their_bits()
    {
        _handle.Mkfs("ext4", "/dev/sda", new() { BlockSize = 4096, Label = "root" });

        Assert.Equal(
            Header(278, 0b10001) + "00000004" + "65787434" + "00000008" + "2F6465762F736461"
            + "00001000" + "00000000" + "00000000" + "00000000" + "00000004" + "726F6F74",
            _handle.LastMessage);
    }

    [Fact]
    public void False_zero_and_empty_are_given_not_missing()
    {
        _handle.TarOut("/", Stream.Null, new() { Compress = "", NumericOwner = false, Excludes = [] });

        Assert.Equal(
            Header(70, 0b111) + "00000001" + "2F000000" + "00000000" + "00000000" + "00000000" + "00000000" + "00000000" + "00000000",
            _handle.LastMessage);
    }

    [Fact]
    public void Lists_numbers_and_buffers()
    {
        _handle.LvmSetFilter(["/dev/sda", "/dev/sdb1"]);
        var list = _handle.LastMessage;
        _handle.Reply = _ => new byte[] { 0, 0, 0, 3 };
        var written = _handle.Pwrite("/a", new byte[] { 1, 2, 3 }, -2);

        Assert.Equal(Header(255, 0) + "00000002" + "00000008" + "2F6465762F736461" + "00000009" + "2F6465762F73646231" + "000000", list);
        Assert.Equal(Header(247, 0) + "00000002" + "2F610000" + "00000003" + "01020300" + "FFFFFFFFFFFFFFFE", _handle.LastMessage);
        Assert.Equal(3, written);
    }

    [Fact]
    public void A_call_without_arguments_has_no_body()
    {
        _handle.Sync();

        Assert.Equal(Header(2, 0), _handle.LastMessage);
    }

    [Fact]
    public void File_arguments_are_not_in_the_message()
    {
        _handle.Upload("/host/file", "/guest");

        Assert.Equal(Header(66, 0) + "00000006" + "2F6775657374" + "0000", _handle.LastMessage);
    }

    [Fact]
    public async Task Asynchronous_methods_send_the_same_bytes()
    {
        _handle.MountVfs("ro", "ext4", "/dev/sda1", "/");
        var synchronous = _handle.LastMessage;

        await _handle.MountVfsAsync("ro", "ext4", "/dev/sda1", "/");

        Assert.Equal(synchronous, _handle.LastMessage);
    }

    [Fact]
    public void Bytes_that_are_not_text_come_back_as_they_were()
    {
        _handle.Reply = _ => Convert.FromHexString("00000001" + "00000003" + "66FF6F00");

        var name = Assert.Single(_handle.ListDevices());
        _handle.Rm("/" + name);

        Assert.EndsWith("00000004" + "2F66FF6F", _handle.LastMessage);
    }

    private static string Header(int procedure, ulong bits)
    {
        using var writer = new XdrWriter();
        MessageHeader.ForCall((uint)procedure, Protocol.FirstSerial, 0, bits).Write(writer);
        return Convert.ToHexString(writer.Written.Span);
    }
}
