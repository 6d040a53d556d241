using System.Diagnostics;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>The published commands on servers that end, are slow, fall silent, or show less than the image says that it is.</summary>
public sealed class ServerFaultTests(ServedImage image) : IClassFixture<ServedImage>, IDisposable
{
    private const int BytesPerSecond = 2_000_000;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => [.. ServedDisk.Kinds];

    public static TheoryData<string> SlowKinds => ["nbd", "ssh", "http", "https", "ftp", "iscsi"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_server_that_is_killed_while_a_file_is_read_ends_the_command_with_a_sentence(string kind)
    {
        using var disk = new ServedDisk(kind, image.Raw, _folder);
        using var process = Process.Start(Cat(disk, "/large"))!;
        process.StandardInput.Close();
        Assert.NotEqual(-1, process.StandardOutput.BaseStream.ReadByte());

        disk.Kill();
        var ending = Published.Finish(process);

        Assert.Equal(1, ending.ExitCode);
        Assert.InRange(ending.Output.Length, 0, ServedImage.LargeSize - 2);
        AssertSentence("virt-cat", ending.Error, "/large");
        Assert.Contains($"{kind}://", ending.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_server_that_is_not_there_is_a_sentence(string kind)
    {
        using var disk = new ServedDisk(kind, image.Raw, _folder);
        disk.Kill();

        var ending = Published.Finish(disk.Prepare("virt-df", "-a", disk.Uri));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        AssertSentence("virt-df", ending.Error, kind + "://");
    }

    [Theory]
    [MemberData(nameof(SlowKinds))]
    public void A_slow_server_is_waited_for(string kind)
    {
        using var disk = new ServedDisk(kind, image.Raw, _folder, BytesPerSecond);

        var ending = Published.Finish(Cat(disk, "/greeting"));

        Assert.Equal((0, "hello from the server\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [Theory]
    [InlineData("nbd")]
    [InlineData("ssh")]
    [InlineData("http")]
    [InlineData("iscsi")]
    public void A_server_that_takes_the_connection_and_is_silent_is_given_up_when_the_time_is_over(string kind)
    {
        using var disk = new ServedDisk(kind, image.Raw, _folder, bytesPerSecond: 0);

        var ending = Published.Finish(disk.Prepare("virt-df", "--timeout", "3", "-a", disk.Uri));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        AssertSentence("virt-df", ending.Error, "3 seconds");
        Assert.Empty(Published.QemusOf(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_image_that_the_server_shows_a_part_of_is_refused_and_not_read_as_zeros(string kind)
    {
        using var disk = new ServedDisk(kind, image.ShortQcow2, _folder);

        // nbd and iscsi have no name of a file that could tell the format.
        var ending = Published.Finish(disk.Prepare("virt-df", "--format=qcow2", "-a", disk.Uri));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        AssertSentence("virt-df", ending.Error, "truncated");
    }

    [Theory]
    [InlineData("nbd")]
    [InlineData("http")]
    [InlineData("iscsi")]
    public void A_disk_that_is_shorter_than_its_file_system_is_a_sentence(string kind)
    {
        File.Copy(image.Raw, _folder["short.img"]);
        using var disk = new ServedDisk(kind, ServedImage.Cut(_folder["short.img"]), _folder);

        var ending = Published.Finish(Cat(disk, "/greeting"));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        AssertSentence("virt-cat", ending.Error, "/dev/sda");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("ftp")]
    public void A_file_that_becomes_shorter_at_the_server_while_it_is_read_is_an_error_and_not_zeros(string kind)
    {
        File.Copy(image.Raw, _folder["disk.img"]);
        using var disk = new ServedDisk(kind, _folder["disk.img"], _folder);
        using var process = Process.Start(Cat(disk, "/large"))!;
        process.StandardInput.Close();
        Assert.NotEqual(-1, process.StandardOutput.BaseStream.ReadByte());

        ServedImage.Cut(_folder["disk.img"]);
        var ending = Published.Finish(process);

        Assert.Equal(1, ending.ExitCode);
        Assert.InRange(ending.Output.Length, 0, ServedImage.LargeSize - 2);
        AssertSentence("virt-cat", ending.Error, "/large");
    }

    private static ProcessStartInfo Cat(ServedDisk disk, string path) => disk.Prepare("virt-cat", "-a", disk.Uri, "-m", "/dev/sda", path);

    private static void AssertSentence(string command, string error, string says)
    {
        Assert.Matches($"^{command}: [^\n]+\n$", error);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }
}
