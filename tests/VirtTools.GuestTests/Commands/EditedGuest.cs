namespace VirtTools.GuestTests.Commands;

/// <summary>A disk with one file system of each kind that is edited; made once for all tests of the class, each of which edits files of its own.</summary>
public sealed class EditedGuest : IDisposable
{
    /// <summary>Options that mount everything on <c>/</c>.</summary>
    public static readonly string[] Mounts =
    [
        "-m", "/dev/sda1:/", "-m", "/dev/sda2:/xfs", "-m", "/dev/sda3:/btrfs", "-m", "/dev/sda5:/ntfs", "-m", "/dev/sda6:/vfat",
    ];

    private const long MiB = 1 << 20;
    private const long Sector = 512;

    private readonly TestFolder _folder = new();

    public EditedGuest()
    {
        using (var file = File.Create(Image))
        {
            file.SetLength(900 * MiB);
        }

        using var guest = Open(readOnly: false, mount: false);
        Partition(guest);
        Fill(guest);
        guest.Shutdown();
    }

    public string Image => _folder["disk.img"];

    public string Folder => _folder.Path;

    /// <summary>What the large file holds: lines of a kilobyte.</summary>
    public static byte[] LargeContent { get; } = MakeLargeContent();

    /// <summary>The disk in an appliance, mounted as <see cref="Mounts"/> does.</summary>
    public Guestfs Look() => Open(readOnly: true, mount: true);

    public void Dispose() => _folder.Dispose();

    private Guestfs Open(bool readOnly, bool mount)
    {
        var guest = Guests.Prepare();
        try
        {
            guest.AddDrive(Image, new() { ReadOnly = readOnly, Format = "raw" });
            guest.Launch();
            for (var i = 1; mount && i < Mounts.Length; i += 2)
            {
                var parts = Mounts[i].Split(':');
                guest.MountRo(parts[0], parts[1]);
            }

            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }

    private static void Partition(Guestfs guest)
    {
        guest.PartInit("/dev/sda", "mbr");
        Add("primary", 1, 350);
        Add("primary", 351, 310);
        Add("primary", 661, 120);
        Add("extended", 781, 118);
        Add("logical", 782, 40);
        Add("logical", 823, 40);

        void Add(string kind, long start, long length) => guest.PartAdd("/dev/sda", kind, start * MiB / Sector, ((start + length) * MiB / Sector) - 1);
    }

    private static void Fill(Guestfs guest)
    {
        guest.Mkfs("ext4", "/dev/sda1");
        guest.Mkfs("xfs", "/dev/sda2");
        guest.Mkfs("btrfs", "/dev/sda3");
        guest.Mkfs("ntfs", "/dev/sda5");
        guest.Mkfs("vfat", "/dev/sda6");
        guest.Mount("/dev/sda1", "/");
        foreach (var folder in (string[])["/etc", "/xfs", "/btrfs", "/ntfs", "/vfat", "/links", "/many"])
        {
            guest.Mkdir(folder);
        }

        guest.Mount("/dev/sda2", "/xfs");
        guest.Mount("/dev/sda3", "/btrfs");
        guest.Mount("/dev/sda5", "/ntfs");
        guest.Mount("/dev/sda6", "/vfat");
        foreach (var folder in (string[])["/etc", "/xfs", "/btrfs", "/ntfs", "/vfat"])
        {
            guest.Write($"{folder}/hostname", "before\n"u8.ToArray());
        }

        guest.Write("/etc/shadow", "root:*:19675:0:99999:7:::\n"u8.ToArray());
        foreach (var folder in (string[])["/etc", "/xfs", "/btrfs"])
        {
            guest.Write($"{folder}/secret", "before\n"u8.ToArray());
            guest.Chown(7, 42, $"{folder}/secret");
            guest.Chmod(0b100_110_100_000, $"{folder}/secret");
            guest.Setxattr("user.note", "kept", 4, $"{folder}/secret");
            guest.Setxattr("security.selinux", "system_u:object_r:shadow_t:s0", 29, $"{folder}/secret");
        }

        guest.Write("/etc/bytes", new byte[] { 0, 1, (byte)'x', 0xFF, 10, 0xC3, 10, (byte)'x', 0 });
        guest.Write("/etc/interrupted", "before\n"u8.ToArray());
        guest.Write("/etc/target", "before\n"u8.ToArray());
        guest.LnS("target", "/etc/relative");
        guest.LnS("/etc/target", "/links/absolute");
        guest.LnS("../../../../etc/target", "/links/upwards");
        guest.LnS("/nowhere", "/links/dangling");
        guest.Write("/many/one", "before\n"u8.ToArray());
        guest.Write("/many/two", "before\n"u8.ToArray());
        guest.Write("/many/refused", "before\n"u8.ToArray());
        using var large = new MemoryStream(LargeContent);
        guest.Upload(large, "/large");
    }

    private static byte[] MakeLargeContent()
    {
        const int Size = 100 << 20;
        var content = new byte[Size];
        content.AsSpan().Fill((byte)'a');
        for (var end = 1023; end < Size; end += 1024)
        {
            content[end] = (byte)'\n';
        }

        return content;
    }
}
