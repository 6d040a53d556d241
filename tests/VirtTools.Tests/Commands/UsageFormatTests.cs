using System.Text.Json;
using VirtTools.Commands;
using VirtTools.Posix;

namespace VirtTools.Tests.Commands;

/// <summary>Reports of virt-df against what virt-df 1.48.2 printed for the same counts.</summary>
public sealed class UsageFormatTests
{
    private static readonly FilesystemUsage[] s_filesystems =
    [
        new("/dev/sda1", "ext4", Samples.Counts(4096, 8568, 8561, 6309, 10240, 10174)),
        new("/dev/sda2", "vfat", Samples.Counts(512, 40608, 40606, 40606, 0, 0)),
        new("/dev/sda3", "ext2", Samples.Counts(1024, 56378, 26951, 8519, 15360, 15348)),
    ];

    [Fact]
    public void The_table_has_the_columns_of_the_original()
    {
        Assert.Equal(
            """
            Filesystem                           1K-blocks       Used  Available  Use%
            z.img:/dev/sda1                          34272         28      25236    1%
            z.img:/dev/sda2                          20304          1      20303    1%
            z.img:/dev/sda3                          56378      29427       8519   53%

            """,
            Written(new UsageTable(inodes: false, human: false), Guest("z.img")));
    }

    [Fact]
    public void Half_a_unit_is_not_counted()
    {
        var usage = new FilesystemUsage("/dev/sda", "vfat", Samples.Counts(512, 40609, 40606, 40606, 0, 0));

        var text = Written(new UsageTable(inodes: false, human: false), new GuestUsage("p3.img", [usage], [], 0));

        Assert.EndsWith("p3.img:/dev/sda                          20304          1      20303    1%\n", text);
    }

    [Theory]
    [InlineData("nnnnnnnnnnnnnnnnnnnnn.img:/dev/sda9       3820         14       3602    1%\n", "/dev/sda9")]
    [InlineData("nnnnnnnnnnnnnnnnnnnnn.img:/dev/sda10      3820         14       3602    1%\n", "/dev/sda10")]
    [InlineData("nnnnnnnnnnnnnnnnnnnnn.img:/dev/sda100\n                                          3820         14       3602    1%\n", "/dev/sda100")]
    public void The_line_breaks_where_the_original_breaks_it(string expected, string device)
    {
        var text = Written(
            new UsageTable(inodes: false, human: false),
            new GuestUsage("nnnnnnnnnnnnnnnnnnnnn.img", [new(device, "ext2", Samples.Counts(1024, 3820, 3806, 3602, 1024, 1013))], [], 0));

        Assert.EndsWith(expected, text);
    }

    [Fact]
    public void A_long_name_gets_a_line_of_its_own()
    {
        Assert.Equal(
            """
            Filesystem                                Size       Used  Available  Use%
            a-very-long-name-of-an-image-file.img:/dev/sda1
                                                       33M        28K        25M    1%
            a-very-long-name-of-an-image-file.img:/dev/sda2
                                                       20M       1.0K        20M    1%
            a-very-long-name-of-an-image-file.img:/dev/sda3
                                                       55M        29M       8.3M   53%

            """,
            Written(new UsageTable(inodes: false, human: true), Guest("a-very-long-name-of-an-image-file.img")));
    }

    [Fact]
    public void Inodes_have_their_own_columns_and_no_units()
    {
        Assert.Equal(
            """
            Filesystem                              Inodes      IUsed      IFree IUse%
            z.img:/dev/sda1                          10240         66      10174    1%
            z.img:/dev/sda2                              0          0          0    0%
            z.img:/dev/sda3                          15360         12      15348    1%

            """,
            Written(new UsageTable(inodes: true, human: true), Guest("z.img")));
    }

    [Fact]
    public void Csv_quotes_names_and_has_one_decimal_of_the_share()
    {
        Assert.Equal(
            """
            VirtualMachine,Filesystem,1K-blocks,Used,Available,Use%
            "comma,""q.img+",/dev/sda1,34272,28,25236,0.1
            "comma,""q.img+",/dev/sda2,20304,1,20303,0.0
            "comma,""q.img+",/dev/sda3,56378,29427,8519,52.2

            """,
            Written(new UsageCsv(inodes: false), Guest("comma,\"q.img+")));
    }

    [Fact]
    public void Csv_of_inodes_has_the_titles_of_the_original()
    {
        Assert.Equal(
            """
            VirtualMachine,Filesystem,Inodes,IUsed,IFree,IUse%
            a.img+,/dev/sda1,10240,66,10174,0.6
            a.img+,/dev/sda2,0,0,0,0.0
            a.img+,/dev/sda3,15360,12,15348,0.1

            """,
            Written(new UsageCsv(inodes: true), Guest("a.img+")));
    }

    [Fact]
    public void A_guest_without_file_systems_is_a_header()
    {
        Assert.Single(Written(new UsageTable(inodes: false, human: false), new GuestUsage("blank.img", [], [], 5)).TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_guest_that_cannot_be_opened_leaves_the_table_empty()
    {
        var unreadable = new GuestUsage("bad.img", [], [new(null, null, "no such image")], 5);

        Assert.Equal("", Written(new UsageTable(inodes: false, human: false), unreadable));
        Assert.Equal("", Written(new UsageCsv(inodes: false), unreadable));
    }

    [Fact]
    public void Json_has_bytes_and_what_could_not_be_read()
    {
        using var document = JsonDocument.Parse(Written(new UsageJson(), Guest("z.img")));

        var guest = document.RootElement.GetProperty("guests")[0];
        Assert.Equal("z.img", guest.GetProperty("name").GetString());
        Assert.True(guest.GetProperty("readable").GetBoolean());
        Assert.Equal(8568L * 4096, guest.GetProperty("filesystems")[0].GetProperty("totalBytes").GetInt64());
        Assert.Equal(2 * 512, guest.GetProperty("filesystems")[1].GetProperty("usedBytes").GetInt64());
        Assert.Equal(52.2, guest.GetProperty("filesystems")[2].GetProperty("usedPercent").GetDouble());
        Assert.Equal("/dev/sda4", guest.GetProperty("errors")[0].GetProperty("device").GetString());
    }

    [Fact]
    public void Json_lines_are_one_object_each()
    {
        var lines = Written(new UsageJsonLines(), Guest("z.img")).TrimEnd('\n').Split('\n');

        var devices = lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("device").GetString());
        Assert.Equal(["/dev/sda1", "/dev/sda2", "/dev/sda3", "/dev/sda4"], devices);
    }

    [Fact]
    public void Metrics_say_what_could_be_read_and_when()
    {
        var unreadable = new GuestUsage("b\"ad.img", [], [new(null, null, "no such image")], 1700000001);

        var text = Written(new UsageMetrics(), Guest("z.img"), unreadable);

        Assert.Contains("# TYPE virt_df_size_bytes gauge\nvirt_df_size_bytes{guest=\"z.img\",device=\"/dev/sda1\",type=\"ext4\"} 35094528\n", text);
        Assert.Contains("virt_df_filesystem_readable{guest=\"z.img\",device=\"/dev/sda4\",type=\"ext4\"} 0\n", text);
        Assert.Contains("virt_df_guest_readable{guest=\"z.img\"} 1\nvirt_df_guest_readable{guest=\"b\\\"ad.img\"} 0\n", text);
        Assert.Contains("virt_df_read_timestamp_seconds{guest=\"z.img\"} 1700000000\n", text);
    }

    [Fact]
    public void Guests_of_one_name_have_series_of_their_own()
    {
        var text = Written(new UsageMetrics(), Guest("disk.img"), Guest("disk.img"), Guest("other.img"), Guest("disk.img"));

        var series = text.Split('\n').Where(line => line.StartsWith("virt_df", StringComparison.Ordinal)).Select(line => line[..line.LastIndexOf(' ')]).ToList();
        Assert.Equal(series.Distinct(), series);
        Assert.Contains("virt_df_guest_readable{guest=\"disk.img (3)\"} 1\n", text);
    }

    [Fact]
    public void Each_metric_is_announced_once_however_many_guests_there_are()
    {
        var text = Written(new UsageMetrics(), Guest("a.img"), Guest("b.img"));

        var announced = text.Split('\n').Where(l => l.StartsWith("# TYPE ")).ToList();
        Assert.Equal(announced.Distinct(), announced);
    }

    private static GuestUsage Guest(string name) => new(name, s_filesystems, [new("/dev/sda4", "ext4", "mount_ro: /dev/sda4: bad superblock")], 1700000000);

    private static string Written(IUsageWriter writer, params GuestUsage[] guests)
    {
        using var output = new MemoryStream();
        foreach (var guest in guests)
        {
            writer.Add(output, guest);
        }

        writer.End(output);
        return ByteString.GetString(output.ToArray());
    }
}
