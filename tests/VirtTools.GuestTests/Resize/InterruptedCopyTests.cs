using System.Diagnostics;
using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary>A copy that is interrupted leaves an output without a partition table, and the same command line works again.</summary>
public sealed class InterruptedCopyTests
{
    private const long MiB = 1 << 20;
    private const int Interrupt = 2;
    private const int Kill = 9;

    /// <summary>Signal, the line on standard output after which it comes.</summary>
    public static TheoryData<int, string> Moments => new()
    {
        { Interrupt, "Expanding /dev/sda2" },
        { Kill, "Expanding /dev/sda2" },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void An_output_that_was_there_has_no_partition_table_and_the_second_run_works(int signal, string moment)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-gpt").GetPath();
        var before = ResizedDisk.Look(disk, "raw", "/dev/sda2");

        // It has a table of its own, which must not be taken for the new one.
        var output = GuestImages.Named("resize-xfs-gpt").CopyTo(folder.Path);
        string[] words = ["--expand", "/dev/sda2", "--format", "raw", "--output-format", "raw", disk, output];

        var ending = RunInterrupted(folder, signal, moment, words);

        Assert.NotEqual(0, ending.ExitCode);
        AssertNoTable(output);
        var second = Published.Run("virt-resize", folder.Path, ["-q", .. words]);
        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.Equal(before.Tree, ResizedDisk.Look(output, "raw", "/dev/sda2").Tree);
        Assert.Equal("", ResizedDisk.Check(output, "raw", "/dev/sda2", "ext4"));
        Assert.Equal("", ResizedDisk.Verify(output));
    }

    [Fact]
    public void Killed_while_it_copies_it_leaves_an_output_without_a_partition_table()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Debian.GetPath();
        var output = folder["out.img"];
        using (var file = File.Create(output))
        {
            file.SetLength(3072 * MiB);
        }

        var ending = RunInterrupted(folder, Kill, "Copying /dev/sda2", ["--no-sparse", disk, output]);

        Assert.NotEqual(0, ending.ExitCode);
        AssertNoTable(output);
    }

    [Fact]
    public void An_output_that_the_command_made_is_removed_when_it_is_interrupted()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-gpt").GetPath();

        var ending = RunInterrupted(
            folder, Interrupt, "Expanding /dev/sda2", ["--size", "+64M", "--expand", "/dev/sda2", "--format", "raw", disk, folder["out.img"]]);

        Assert.Equal(130, ending.ExitCode);
        Assert.False(File.Exists(folder["out.img"]));
    }

    private static Ending RunInterrupted(TestFolder folder, int signal, string moment, string[] words)
    {
        var start = Published.Prepare("virt-resize", folder.Path, words);

        // Who runs the tests in the background ignores SIGINT, and so would the command.
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--default-signal");
        start.FileName = "env";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        string? line;
        do
        {
            line = process.StandardOutput.ReadLine();
        }
        while (line?.Contains(moment, StringComparison.Ordinal) == false);

        Assert.NotNull(line);
        Assert.Equal(0, InterruptionTests.Signal(process.Id, signal));
        var ending = Published.Finish(process);
        Assert.True(SpinWait.SpinUntil(() => Published.QemusOf(folder.Path).Count == 0, TimeSpan.FromSeconds(30)), "a QEMU is left");
        return ending;
    }

    private static void AssertNoTable(string image)
    {
        var (status, output) = ResizedDisk.Run("sfdisk", "--dump", image);

        Assert.NotEqual(0, status);
        Assert.Contains("does not contain a recognized partition table", output);
    }
}
