using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Commands;

/// <summary>Paths as Windows writes them, in the published commands, on a guest whose hives hivex made.</summary>
public sealed class WindowsPathTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_of_two_drives_are_printed_whatever_the_slashes_and_the_case()
    {
        var ending = Run("virt-cat", @"c:\windows\SYSTEM32\Drivers.TXT", "E:/REPORT.txt", "/windows/system32/drivers.txt");

        Assert.Equal((0, "kept for the look of it\r\nreport\r\nkept for the look of it\r\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [Fact]
    public void Folder_of_a_drive_is_listed()
    {
        var ending = Run("virt-ls", @"e:\");

        Assert.Equal((0, "System Volume Information\nreport.txt\n"), (ending.ExitCode, ending.Text));
    }

    [Fact]
    public void A_letter_that_the_guest_does_not_have_is_refused_with_those_that_it_has()
    {
        var ending = Run("virt-cat", @"Q:\report.txt");

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains(@"Q:\report.txt: the guest has no drive Q:, only C:, E:", ending.Error);
    }

    [Fact]
    public void File_on_another_drive_is_edited()
    {
        File.Copy(Image, folder["disk.img"]);

        var ending = Published.Run(
            "virt-edit", folder.Path, "--format=raw", "-a", folder["disk.img"], "--replace", "s/report/changed/", @"E:\Report.txt");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        using var guest = Guests.Prepare();
        guest.AddDrive(folder["disk.img"], new() { ReadOnly = true, Format = "raw" });
        guest.Launch();
        guest.MountRo("/dev/sda2", "/");
        Assert.Equal("changed\r\n", guest.Cat("/report.txt"));
        Assert.DoesNotContain(guest.Ls("/"), name => name.Contains("virt-edit", StringComparison.Ordinal));
    }

    private static string Image => GuestImages.Named("windows-xp").GetPath();

    private Ending Run(string command, params string[] arguments) =>
        Published.Run(command, folder.Path, ["--format=raw", "-a", Image, .. arguments]);
}
