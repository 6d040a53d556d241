using System.Diagnostics;
using System.Text;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class CpioWriterTests
{
    [Fact]
    public void An_archive_lists_in_cpio_with_types_modes_and_sizes()
    {
        var archive = Write();

        var listing = Cpio(archive, "-itv");

        Assert.Equal(
            ["drwxr-xr-x 0 dev", "crw------- 5, dev/console", "-rwxr-xr-x 5 init", "lrwxrwxrwx 7 lib -> usr/lib"],
            listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Shorten));
    }

    [Fact]
    public void The_content_of_a_file_comes_back()
    {
        var archive = Write();

        Assert.Equal("hello", Cpio(archive, "-i --to-stdout init"));
    }

    [Fact]
    public void Equal_entries_give_equal_bytes()
    {
        Assert.Equal(Write(), Write());
    }

    // Mode, size (or major number) and name of a line of "cpio -tv".
    private static string Shorten(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isDevice = words[4].EndsWith(',');
        return $"{words[0]} {words[4]} {string.Join(' ', words[(isDevice ? 9 : 8)..])}";
    }

    private static byte[] Write()
    {
        var output = new MemoryStream();
        var archive = new CpioWriter(output);
        archive.AddFolder("dev");
        archive.AddCharacterDevice("dev/console", 0x180, 5, 1);
        archive.AddFile("init", 0x1ED, Encoding.ASCII.GetBytes("hello"));
        archive.AddLink("lib", "usr/lib");
        archive.Finish();
        return output.ToArray();
    }

    private static string Cpio(byte[] archive, string arguments)
    {
        using var cpio = Process.Start(new ProcessStartInfo("cpio", $"--quiet {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C" },
        })!;
        cpio.StandardInput.BaseStream.Write(archive);
        cpio.StandardInput.Close();
        var text = cpio.StandardOutput.ReadToEnd();
        cpio.WaitForExit();
        return text;
    }
}
