using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;
using VirtTools.GuestTests.Remote;

namespace VirtTools.GuestTests.Completion;

/// <summary>The Tab key behind the beginning of a path inside a guest.</summary>
public sealed class GuestPathTests : IDisposable
{
    // The answer is given up after four seconds, which is too early on a machine under load: one presses Tab again.
    private const int MostTries = 10;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_in_a_guest_whose_file_systems_are_found_by_inspection_is_completed()
    {
        var guest = Path.GetFileName(GuestImages.Debian.CopyTo(_folder.Path));

        Assert.Equal($"virt-cat -a {guest} /etc/", AfterTab($"virt-cat -a {guest} /et"));
    }

    [Fact]
    public void A_path_in_a_file_system_that_the_command_line_mounts_is_completed()
    {
        var image = Path.GetFileName(GuestImages.Named("ext4").CopyTo(_folder.Path));

        Assert.Equal($"virt-ls -a {image} -m /dev/sda /etc/os-release", AfterTab($"virt-ls -a {image} -m /dev/sda /etc/os-r"));
    }

    [Fact]
    public void Without_an_appliance_there_are_no_paths_and_nothing_is_built()
    {
        var image = Path.GetFileName(GuestImages.Named("ext4").CopyTo(_folder.Path));
        var empty = Directory.CreateDirectory(_folder["empty"]).FullName;

        var got = BashTerminal.AfterTab(
            _folder, $"virt-cat -a {image} -m /dev/sda /et", ("LIBGUESTFS_PATH", empty), ("LIBGUESTFS_CACHEDIR", empty), ("HOME", empty));

        Assert.Equal($"virt-cat -a {image} -m /dev/sda /et", got);
        Assert.Empty(Directory.GetFileSystemEntries(empty));
    }

    [Fact]
    public void A_guest_that_does_not_open_in_time_has_no_paths_and_nothing_of_it_goes_on()
    {
        File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), _folder["disk.img"]);
        using var disk = new ServedDisk("nbd", _folder["disk.img"], _folder, bytesPerSecond: 0);

        var got = BashTerminal.AfterTab(_folder, $"virt-cat -a {disk.Uri} -m /dev/sda /et");

        Assert.Equal($"virt-cat -a {disk.Uri} -m /dev/sda /et", got);
        Assert.Empty(Published.QemusOf(_folder.Path));
    }

    private string AfterTab(string typed)
    {
        var line = BashTerminal.AfterTab(_folder, typed);
        for (var i = 1; i < MostTries && line == typed; i++)
        {
            line = BashTerminal.AfterTab(_folder, typed);
        }

        return line;
    }
}
