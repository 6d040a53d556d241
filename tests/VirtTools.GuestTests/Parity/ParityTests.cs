using System.Text;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Parity;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Parity;

/// <summary>Our commands write what the original's write, byte for byte, on the same images; docs/parity.md lists what differs and why.</summary>
public sealed class ParityTests
{
    private static readonly HostProgram Dotnet = new(Environment.ProcessPath!, "dotnet-sdk-10.0");

    /// <summary>A launch and the checksum of every file take 20 s; ls-everything-csv stands for them where that is too long.</summary>
    private static readonly string[] Slow = ["ls-checksum", "ls-sha256-csv", "ls-everything"];

    /// <summary>Cases that the original's output is kept for, in tests/parity/recorded.</summary>
    public static TheoryData<string> Recorded => [.. ParityCases.Recorded.Where(IsRecorded).Select(parity => parity.Name).Except(Slow)];

    /// <summary>The slow ones of them.</summary>
    public static TheoryData<string> RecordedSlow => [.. ParityCases.Recorded.Where(IsRecorded).Select(parity => parity.Name).Intersect(Slow)];

    /// <summary>Cases for which the original must run beside ours.</summary>
    public static TheoryData<string> Live =>
        [.. ParityCases.LiveOnly.Concat(ParityCases.Recorded.Where(parity => !IsRecorded(parity))).Select(parity => parity.Name)];

    [Fact]
    public void Every_recorded_case_has_a_recording_that_fits_the_images_of_this_machine()
    {
        var misfits = ParityCases.Recorded.Concat(ParityCases.Differing)
            .Select(parity => Recording.Load(parity) is { } recording ? recording.Misfit(parity) : $"{parity.Name}: no recording")
            .OfType<string>()
            .ToList();

        Assert.True(
            misfits.Count == 0,
            "the images depend on the versions of mke2fs and the like; these cases run the original now, until it is recorded again "
                + $"(dotnet run --project tests/VirtTools.GuestImages -- record):\n{string.Join('\n', misfits)}");
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Output_and_exit_status_equal_the_recorded_ones(string name) => CompareWithRecording(name);

    [Theory]
    [Trait("Tier", "Peers")]
    [MemberData(nameof(RecordedSlow))]
    public void Output_and_exit_status_equal_the_recorded_ones_with_checksums(string name) => CompareWithRecording(name);

    [Theory]
    [Trait("Tier", "Peers")]
    [MemberData(nameof(Live))]
    public void Output_and_exit_status_equal_those_of_the_original_now(string name)
    {
        var parity = ParityCases.LiveOnly.Concat(ParityCases.Recorded).Single(each => each.Name == name);

        Compare(parity, Recording.Live(parity));
    }

    [Fact]
    public void A_listing_of_squashfs_without_attributes_goes_on_where_the_original_stops()
    {
        var (original, ours) = RunDiffering("ls-squashfs-plain");

        Assert.Equal(1, original.ExitCode);
        Assert.Equal((0, ""), (ours.ExitCode, ours.ErrorText));
        Assert.StartsWith(Encoding.Latin1.GetString(original.OutputBytes), ours.Text);
        Assert.EndsWith("/folder/another\n", ours.Text);
    }

    [Fact]
    public void A_file_system_that_cannot_be_read_is_missing_from_both_tables_and_named_by_ours()
    {
        var (original, ours) = RunDiffering("df-unreadable");

        Assert.Equal(0, original.ExitCode);
        Assert.Equal(1, ours.ExitCode);
        Assert.Equal(Encoding.Latin1.GetString(original.OutputBytes), ours.Text);
        Assert.Contains("/dev/sda", ours.Text);
        Assert.DoesNotContain("/dev/sdb", ours.Text);
        Assert.Contains("/dev/sdb", Assert.Single(ours.ErrorText.TrimEnd('\n').Split('\n')));
    }

    [Fact]
    public void Image_without_an_operating_system_has_an_empty_document_and_ours_says_why()
    {
        var (original, ours) = RunDiffering("inspector-blank");

        Assert.Equal(Encoding.Latin1.GetString(original.OutputBytes), ours.Text);
        Assert.Equal((0, 0), (original.ExitCode, ours.ExitCode));
        Assert.Contains("no operating system found", ours.ErrorText);
    }

    [Fact]
    public void Debian_without_a_list_of_packages_is_told_where_the_original_fails()
    {
        var (original, ours) = RunDiffering("inspector-ext4");

        Assert.Equal(1, original.ExitCode);
        Assert.Empty(original.OutputBytes);
        Assert.Contains("<root>/dev/sda</root>", ours.Text);
        Assert.EndsWith("</operatingsystems>\n", ours.Text);
    }

    [Theory]
    [InlineData("no-disk-cat")]
    [InlineData("no-disk-ls")]
    [InlineData("no-disk-inspector")]
    public void Without_a_disk_there_is_no_output(string name)
    {
        var (original, ours) = RunDiffering(name);

        Assert.Equal((1, ""), (ours.ExitCode, ours.Text));
        Assert.Contains("usage: ", ours.ErrorText);
        Assert.Equal(1, original.ExitCode);
    }

    [Fact]
    public void Without_a_disk_virt_df_asks_libvirt_and_says_that_there_is_none()
    {
        var (original, ours) = RunDiffering("no-disk-df");

        Assert.Equal((1, ""), (ours.ExitCode, ours.Text));
        Assert.Contains("no connection to libvirt", ours.ErrorText);
        Assert.Equal(1, original.ExitCode);
    }

    [Theory]
    [InlineData("gpt", "virt-ls", "/boot", "EFI\n")]
    [InlineData("ext4", "virt-ls", "-R /links/folder", "/er\n/er/and\n/er/and/deeper\n/er/and/deeper/bottom\n")]
    [InlineData(
        "hfsplus", "virt-ls", "-m /dev/sda -lR /files/deep/er/and/deeper",
        "d 0755          3 /files/deep/er/and/deeper\n- 0644          7 /files/deep/er/and/deeper/bottom\n")]
    public void What_the_original_leaves_out_is_there(string guest, string program, string arguments, string expected)
    {
        var ours = RunOurs(new ParityCase("more", GuestImages.Named(guest), program, arguments.Split(' ')));

        Assert.Equal(expected, ours.Text);
        Assert.Equal(0, ours.ExitCode);
    }

    [Fact]
    [Trait("Tier", "Peers")]
    public void A_root_of_which_there_is_a_snapshot_is_opened_where_the_original_refuses()
    {
        var parity = new ParityCase("btrfs", GuestImages.Named("btrfs"), "virt-ls", "/home");

        Assert.Contains("multi-boot", string.Concat(Recording.Live(parity).Error));
        Assert.Equal("in-home\n", RunOurs(parity).Text);
    }

    /// <summary>Command lines that virt-resize refuses in the original's words.</summary>
    public static TheoryData<string> Refused => [.. ResizeParityCases.Refused.Select(parity => parity.Name)];

    [Theory]
    [Trait("Tier", "Peers")]
    [MemberData(nameof(Refused))]
    public void Virt_resize_refuses_in_the_words_of_the_original(string name)
    {
        var (original, ours) = RunRefused(name);

        Assert.Equal((1, 1), (original.ExitCode, ours.ExitCode));
        Assert.Contains(ReasonOf(original), ours.ErrorText.ReplaceLineEndings(" "));
    }

    [Theory]
    [Trait("Tier", "Peers")]
    [InlineData("resize-nothing-to-expand", "You cannot use --expand when there is no surplus space to expand into.")]
    [InlineData("resize-missing-partition", "/dev/sda7: partition not found in the source disk image (this error came from ‘--expand’ option on the command line).")]
    [InlineData("resize-missing-volume", "/dev/vg/lv: logical volume not found in the source disk image (this error came from ‘--lv-expand’ option on the command line).")]
    public void Virt_resize_adds_to_the_words_of_the_original_what_there_is(string name, string words)
    {
        var (original, ours) = RunRefused(name);

        Assert.Equal((1, 1), (original.ExitCode, ours.ExitCode));
        Assert.StartsWith(words, ReasonOf(original));
        Assert.Contains(words, ours.ErrorText);
    }

    [Theory]
    [Trait("Tier", "Peers")]
    [InlineData("resize-no-table", "unrecognised disk label", "unknown partition table type")]
    [InlineData("resize-wrong-format", "qemu-img exited with error status 1", "not a qcow2 image")]
    [InlineData("resize-no-output", "No such file or directory", "no such file; make it in the new size")]
    [InlineData("resize-into-itself", "you cannot use the same disk image for input and output", "the output is the input")]
    [InlineData("resize-unknown-option", "unrecognized option '--grow'", "there is no option --grow")]
    public void Virt_resize_refuses_for_the_reason_of_the_original(string name, string words, string ourWords)
    {
        var (original, ours) = RunRefused(name);

        Assert.Equal((1, 1), (original.ExitCode, ours.ExitCode));
        Assert.Contains(words, string.Join('\n', original.Error));
        Assert.Contains(ourWords, ours.ErrorText);
    }

    /// <summary>The first paragraph of what the original says when it fails, without its name.</summary>
    private static string ReasonOf(Recording original) =>
        string.Join(' ', Encoding.UTF8.GetString(original.ErrorBytes)["virt-resize: error: ".Length..].Split('\n').TakeWhile(line => line.Length > 0));

    private static void CompareWithRecording(string name)
    {
        var parity = ParityCases.Recorded.Single(each => each.Name == name);
        var recording = Recording.Load(parity)!;

        // Another image may well have another output: the original says which.
        Compare(parity, recording.Misfit(parity) is null ? recording : Recording.Live(parity));
    }

    private static (Recording Original, ProgramResult Ours) RunDiffering(string name)
    {
        var parity = ParityCases.Differing.Single(each => each.Name == name);
        var recording = Recording.Load(parity)!;
        return (recording.Misfit(parity) is null ? recording : Recording.Live(parity), RunOurs(parity));
    }

    private static (Recording Original, ProgramResult Ours) RunRefused(string name)
    {
        var parity = ResizeParityCases.Refused.Concat(ResizeParityCases.RefusedInOtherWords).Single(each => each.Name == name);
        return (Recording.Live(parity), RunOurs(parity));
    }

    private static ProgramResult RunOurs(ParityCase parity)
    {
        using var folder = new ParityFolder(parity);
        return Dotnet.TryRun(
            ProgramInput.None with
            {
                WorkingFolder = folder.Path,
                Environment = new Dictionary<string, string> { ["LIBGUESTFS_PATH"] = Guests.ApplianceFolder },
            },
            [Path.Combine(AppContext.BaseDirectory, parity.Program + ".dll"), .. parity.CommandLine]);
    }

    private static void Compare(ParityCase parity, Recording original)
    {
        var ours = RunOurs(parity);

        var expected = KeptDifferences.Comparable(parity, Encoding.Latin1.GetString(original.OutputBytes));
        var actual = KeptDifferences.Comparable(parity, Encoding.Latin1.GetString(ours.Output));
        Assert.True(expected == actual, FirstDifference(expected, actual) + ours.ErrorText);
        Assert.True(original.ExitCode == ours.ExitCode, $"exit status {ours.ExitCode}, the original's is {original.ExitCode}: {ours.ErrorText}");
        Assert.Equal(original.Error.Any(line => line.Length > 0), ours.Error.Length > 0);
    }

    private static string FirstDifference(string expected, string actual)
    {
        var theirs = expected.Split('\n');
        var ours = actual.Split('\n');
        var line = Enumerable.Range(0, Math.Min(theirs.Length, ours.Length)).FirstOrDefault(i => theirs[i] != ours[i], Math.Min(theirs.Length, ours.Length));
        return $"line {line + 1} of {theirs.Length} (ours: {ours.Length})\n"
            + $"original: {theirs.ElementAtOrDefault(line)}\nours:     {ours.ElementAtOrDefault(line)}\n";
    }

    private static bool IsRecorded(ParityCase parity) => Recording.Load(parity) is not null;
}
