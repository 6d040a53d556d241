using VirtTools.Fixtures.Building;

namespace VirtTools.GuestTests.Commands;

/// <summary>
/// A disk with a LUKS1 partition, LVM on LUKS2 with a root in it, and LUKS on LVM. The headers are made on the host with a cheap key derivation, so
/// that opening them takes no time under emulation.
/// </summary>
public sealed class EncryptedGuest : IDisposable
{
    public const string FirstKey = "correct horse battery";
    public const string InnerKey = "staple of the inner";
    public const string FirstUuid = "0b3f0c52-6f0e-4a0e-9a55-2f6f0f7a1d01";
    public const string SecondUuid = "5d4c1b7e-83f1-4a64-b5d8-5a0c9f0e2d02";
    public const string InnerUuid = "93a1c2de-1c5b-4d8a-8a7f-77c4f6b03e03";

    /// <summary>A key file's content: any bytes, a NUL and a newline among them.</summary>
    public static readonly byte[] BinaryKey = [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37)), 10, 0, 0xFF, 10];

    private const long MiB = 1 << 20;
    private const int InnerSize = 32;

    private static readonly HostProgram s_cryptsetup = new("cryptsetup", "cryptsetup-bin");

    private readonly TestFolder _folder = new();

    public EncryptedGuest()
    {
        File.WriteAllBytes(KeyFile, BinaryKey);
        Container("first", 24, "luks1", FirstUuid, "first.key", System.Text.Encoding.ASCII.GetBytes(FirstKey));
        Container("second", 64, "luks2", SecondUuid, "binary.key", BinaryKey);
        Container("inner", InnerSize, "luks1", InnerUuid, "inner.key", System.Text.Encoding.ASCII.GetBytes(InnerKey));
        new DiskLayout("dos", "0x5eb1c0de", 140,
        [
            new(1, 1, 24, "83", _folder["first"]),
            new(2, 25, 64, "83", _folder["second"]),
            new(3, 89, 48, "8e"),
        ]).MakeRaw(Image);
        Fill();
    }

    public string Image => _folder["disk.img"];

    public string KeyFile => _folder["binary.key"];

    public string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    private void Container(string name, long size, string type, string uuid, string keyName, byte[] key)
    {
        File.WriteAllBytes(_folder[keyName], key);
        SparseFile.Create(_folder[name], size * MiB);
        s_cryptsetup.Run(
            "luksFormat", "--batch-mode", "--disable-locks", "--type", type, "--uuid", uuid, "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", _folder[name],
            _folder[keyName]);
    }

    private void Fill()
    {
        using var guest = Guests.Prepare();
        guest.AddDrive(Image, new() { Format = "raw" });
        guest.Launch();

        guest.CryptsetupOpen("/dev/sda1", FirstKey, "first");
        guest.Mkfs("ext4", "/dev/mapper/first");
        guest.Mount("/dev/mapper/first", "/");
        guest.Write("/secret", "of the first\n"u8.ToArray());
        guest.Write("/changing", "before\n"u8.ToArray());
        guest.UmountAll();

        guest.CryptsetupOpen("/dev/sda2", Posix.ByteString.GetString(BinaryKey), "second");
        guest.Pvcreate("/dev/mapper/second");
        guest.Vgcreate("system", ["/dev/mapper/second"]);
        guest.Lvcreate("root", "system", 24);
        guest.Mkfs("ext4", "/dev/system/root");
        guest.Mount("/dev/system/root", "/");
        foreach (var folder in (string[])["/etc", "/bin", "/first"])
        {
            guest.Mkdir(folder);
        }

        guest.Write("/etc/hostname", "locked\n"u8.ToArray());
        guest.Write("/etc/fstab", System.Text.Encoding.ASCII.GetBytes(
            $"/dev/mapper/system-root / ext4 defaults 0 1\n/dev/mapper/luks-{FirstUuid} /first ext4 defaults 0 2\n"));
        guest.UmountAll();

        guest.Pvcreate("/dev/sda3");
        guest.Vgcreate("outer", ["/dev/sda3"]);
        guest.Lvcreate("inner", "outer", InnerSize);
        guest.Upload(_folder["inner"], "/dev/outer/inner");
        guest.CryptsetupOpen("/dev/outer/inner", InnerKey, "inner");
        guest.Mkfs("ext4", "/dev/mapper/inner");
        guest.Mount("/dev/mapper/inner", "/");
        guest.Write("/secret", "of the inner\n"u8.ToArray());
        guest.Shutdown();
    }
}
