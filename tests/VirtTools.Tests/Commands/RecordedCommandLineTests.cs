using System.Text.RegularExpressions;
using VirtTools.CommandLine.Options;
using VirtTools.Commands;
using VirtTools.Tests.CommandLine;

namespace VirtTools.Tests.Commands;

/// <summary>Holds our reading of command lines against what the original programs did with them (recordings/).</summary>
public sealed partial class RecordedCommandLineTests
{
    /// <summary>Lines that the original takes and we refuse, because a slip of the pen would pass unseen.</summary>
    private static readonly Dictionary<string, string> s_stricter = new()
    {
        ["virt-df -P -1 -a disk.img"] = "a negative number of guests",
        ["virt-df -P 4x -a disk.img"] = "letters behind the number",
        ["virt-df -P 99999999999 -a disk.img"] = "a number beyond 32 bits",
        ["virt-ls -lR --checksum=nonsense -a disk.img /"] = "the original fails at the first file",
        ["virt-ls -lR --checksum= -a disk.img /"] = "the original fails at the first file",
        ["virt-edit -a disk.img -e '' /etc/fstab"] = "an empty expression changes nothing",
        ["virt-edit -a disk.img -b a/b /etc/fstab"] = "the original fails at the first file",
        ["virt-edit -a disk.img -b '' /etc/fstab"] = "the backup would be the file itself",
    };

    /// <summary>Lines that the original refuses and we take.</summary>
    private static readonly Dictionary<string, string> s_laxer = new()
    {
        ["virt-cat --key /dev/sda1:key:a:b -a disk.img /etc/fstab"] = "a passphrase may hold colons",
        ["virt-df -c test:///node.xml"] = "each guest fails by itself, since the recording's QEMU is /bin/false",
        ["virt-df -c test:///node.xml --uuid"] = "the same",
        ["virt-df -c test:///node.xml --one-per-guest -P 2"] = "the same",
    };

    public static TheoryData<string> Lines => [.. Recording.All.Select(r => r.Line)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Command_lines_mean_what_they_mean_to_the_original(string line)
    {
        using var folder = new ScratchFolder();
        MakeImages(folder.Path);
        var recording = Recording.All.Single(r => r.Line == line);
        var options = OptionsOf(recording.Program);

        var verdict = Read(options, recording.Words.Select(w => Place(w, folder.Path)).ToArray());

        var expected = s_stricter.ContainsKey(line) ? "rejected" : s_laxer.ContainsKey(line) ? "accepted" : recording.Verdict;
        Assert.True(verdict == expected || (verdict == "accepted" && recording.WasRefusedByTheLibrary), $"{verdict}, but the original {expected} it");
        if (verdict == "accepted" && !s_laxer.ContainsKey(line))
        {
            AssertSame(recording, recording.Drives, options.Drives.OfType<ImageChoice>().Select(d => Show(d, folder.Path)));
            AssertSame(recording, recording.Domains, options.Drives.OfType<DomainChoice>().Select(d => $"{d.Name}|{options.LibvirtUri}"));
            AssertSame(recording, recording.Remotes, options.Drives.OfType<RemoteChoice>().Select(d => $"{d.Address.Path}|{d.Address.Protocol}|{string.Join(' ', d.Address.Servers)}"));
        }
    }

    [Theory]
    [InlineData("virt-cat")]
    [InlineData("virt-ls")]
    [InlineData("virt-df")]
    [InlineData("virt-edit")]
    [InlineData("virt-inspector")]
    public void The_lists_of_options_hold_all_that_the_original_has(string program)
    {
        var options = OptionsOf(program);

        Assert.Empty(Recording.All.Single(r => r.Line == $"{program} --long-options").Printed.Except(options.LongNames));
        Assert.Empty(Recording.All.Single(r => r.Line == $"{program} --short-options").Printed.Except(options.ShortNames));
    }

    // A library that refused one of them was not told of those behind it.
    private static void AssertSame(Recording recording, IReadOnlyList<string> expected, IEnumerable<string> found) =>
        Assert.Equal(expected, recording.WasRefusedByTheLibrary ? found.Take(expected.Count) : found);

    private static string Read(GuestOptions options, string[] words)
    {
        try
        {
            return options.Read(words) == CommandRequest.Run ? "accepted" : "printed";
        }
        catch (UsageException)
        {
            return "rejected";
        }
    }

    private static GuestOptions OptionsOf(string program) => program switch
    {
        "virt-cat" => new CatOptions(),
        "virt-inspector" => new InspectorOptions(),
        "virt-ls" => new ListOptions(),
        "virt-edit" => new EditOptions(),
        _ => new UsageOptions(),
    };

    private static void MakeImages(string folder)
    {
        Directory.CreateDirectory(folder + "/sub");
        foreach (var name in new[] { "disk.img", "other.img", "sub/disk.img" })
        {
            File.WriteAllBytes($"{folder}/{name}", []);
        }
    }

    /// <summary>The recordings were made inside the folder of the images; tests share one current folder, so the images get absolute paths.</summary>
    private static string Place(string word, string folder) => word switch
    {
        "sub" => folder + "/sub",
        "file:///etc/hostname" => $"file://{folder}/disk.img",
        _ when word.Contains("://") => word,
        _ => ImageName().Replace(word, match => $"{folder}/{match.Groups["path"].Value}"),
    };

    private static string Show(ImageChoice drive, string folder) =>
        $"{drive.Path.Replace(folder + "/", "")}|{drive.Format}|{drive.BlockSize}";

    [GeneratedRegex(@"(\./)?(?<path>(sub/)?(disk|other)\.img)$")]
    private static partial Regex ImageName();
}
