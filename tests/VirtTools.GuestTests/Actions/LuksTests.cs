using System.Text;

namespace VirtTools.GuestTests.Actions;

/// <summary>Encrypted devices.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class LuksTests(ActionsGuest guest)
{
    private const string Device = "/dev/sdb";
    private const string Mapped = "/dev/mapper/secret";
    private const string FirstKey = "first key";
    private const string SecondKey = "second key";

    private readonly Guestfs _handle = guest.Cleared();

    [Fact]
    public void Encrypted_device_keeps_its_content_between_two_openings()
    {
        _handle.LuksFormat(Device, FirstKey, 0);
        _handle.CryptsetupOpen(Device, FirstKey, "secret");
        _handle.Mkfs("ext4", Mapped);
        _handle.Mount(Mapped, "/");
        _handle.Write("/file", "content"u8.ToArray());
        _handle.UmountAll();
        _handle.CryptsetupClose(Mapped);

        Assert.Equal("crypto_LUKS", _handle.VfsType(Device));
        Assert.Equal(_handle.VfsUuid(Device), _handle.LuksUuid(Device));
        Assert.Empty(_handle.ListDmDevices());
        _handle.CryptsetupOpen(Device, FirstKey, "secret", new() { ReadOnly = true });
        Assert.Equal([Mapped], _handle.ListDmDevices());
        Assert.True(_handle.BlockdevGetro(Mapped));
        _handle.MountRo(Mapped, "/");
        Assert.Equal("content", _handle.Cat("/file"));
        _handle.UmountAll();
        _handle.LuksClose(Mapped);
    }

    [Fact]
    public void Only_the_keys_whose_slots_are_left_open_the_device()
    {
        _handle.LuksFormat(Device, FirstKey, 0);
        _handle.LuksAddKey(Device, FirstKey, SecondKey, 3);
        _handle.LuksKillSlot(Device, SecondKey, 0);

        var failure = Assert.Throws<GuestfsException>(() => _handle.LuksOpen(Device, FirstKey, "secret"));
        Assert.DoesNotContain(FirstKey, failure.Message);
        Assert.Empty(_handle.ListDmDevices());
        _handle.LuksOpen(Device, SecondKey, "secret");
        Assert.Equal([Mapped], _handle.ListDmDevices());
        _handle.LuksClose(Mapped);
    }

    [Fact]
    public void Cipher_asked_for_is_the_one_in_the_header()
    {
        _handle.LuksFormatCipher(Device, FirstKey, 0, "aes-cbc-plain64");

        // LUKS2: the description lies behind the 4 KiB of the binary header.
        Assert.Contains("\"encryption\":\"aes-cbc-plain64\"", Encoding.ASCII.GetString(_handle.PreadDevice(Device, 4096, 4096)));
    }
}
