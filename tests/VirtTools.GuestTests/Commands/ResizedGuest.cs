namespace VirtTools.GuestTests.Commands;

/// <summary>A disk with file systems in primary and logical partitions and in a volume group, each with a tree of files; made once, and never changed by the tests.</summary>
public sealed class ResizedGuest : IDisposable
{
    private const long MiB = 1 << 20;
    private const long Sector = 512;

    private static readonly byte[] s_large = MakeLarge();

    private readonly TestFolder _folder = new();

    public ResizedGuest()
    {
        using (var file = File.Create(Image))
        {
            file.SetLength(700 * MiB);
        }

        using var guest = Guests.Prepare();
        guest.AddDrive(Image, new() { Format = "raw" });
        guest.Launch();
        Partition(guest);
        guest.Pvcreate("/dev/sda2");
        guest.Vgcreate("vg", ["/dev/sda2"]);
        guest.Lvcreate("root", "vg", 60);
        foreach (var device in Devices)
        {
            guest.Mkfs("ext4", device);
            guest.Mount(device, "/");
            guest.MkdirP("/tree/deep");
            guest.Write("/tree/deep/name", System.Text.Encoding.UTF8.GetBytes(device));
            guest.Write("/tree/large", s_large);
            guest.UmountAll();
        }

        guest.Mkswap("/dev/sda6", new() { Label = "swapped", Uuid = "11111111-2222-3333-4444-555555555555" });
        guest.Shutdown();
    }

    /// <summary>The devices with file systems.</summary>
    public static IReadOnlyList<string> Devices { get; } = ["/dev/sda1", "/dev/sda5", "/dev/vg/root"];

    public string Image => _folder["disk.img"];

    public string Folder => _folder.Path;

    public string this[string name] => _folder[name];

    private static string LargeSum => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(s_large));

    /// <summary>A disk in an appliance.</summary>
    public static Guestfs Look(string image)
    {
        var guest = Guests.Prepare();
        try
        {
            guest.AddDrive(image, new() { ReadOnly = true });
            guest.Launch();
            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }

    /// <summary>Asserts that the file system on a device is clean and holds the tree.</summary>
    /// <returns>Its size in bytes.</returns>
    public static long AssertHolds(Guestfs guest, string device, string madeAs)
    {
        guest.E2fsck(device, new() { ForceNo = true });
        guest.MountRo(device, "/");
        Assert.Equal(madeAs, guest.Cat("/tree/deep/name"));
        Assert.Equal(LargeSum, guest.Checksum("sha256", "/tree/large"));
        var status = guest.Statvfs("/");
        guest.UmountAll();
        return status.Blocks * status.Frsize;
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] MakeLarge()
    {
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static void Partition(Guestfs guest)
    {
        guest.PartInit("/dev/sda", "mbr");
        Add("primary", 1, 100);
        Add("primary", 101, 120);
        Add("extended", 221, 300);
        Add("logical", 222, 100);
        Add("logical", 323, 60);
        guest.PartSetBootable("/dev/sda", 1, true);
        guest.PartSetMbrId("/dev/sda", 2, 0x8E);
        guest.PartSetMbrId("/dev/sda", 6, 0x82);

        void Add(string kind, long start, long length) => guest.PartAdd("/dev/sda", kind, start * MiB / Sector, ((start + length) * MiB / Sector) - 1);
    }
}
