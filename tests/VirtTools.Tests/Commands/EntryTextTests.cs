using VirtTools.Commands;
using VirtTools.Tests.CommandLine;

namespace VirtTools.Tests.Commands;

/// <summary>Lines of virt-ls -lR against lines that virt-ls 1.48.2 printed for the same files.</summary>
public sealed class EntryTextTests : IDisposable
{
    private const string Full = "--uids --extra-stats --checksum=sha1 --times";

    private readonly ScratchFolder _folder = new();

    public EntryTextTests() => File.WriteAllText(_folder.Path + "/disk.img", "");

    [Theory]
    [InlineData("-lR --time-t " + Full + " --csv", "-,4755,100000,   0,   0,1000000000,1100000000,1795469397,8:2,14,2,0:0,2,b98c6a,/bin/big")]
    [InlineData("-lR --time-t " + Full, "- 4755     100000    0    0 1000000000 1100000000 1795469397 8:2 14 2 0:0 2 b98c6a /bin/big")]
    [InlineData("-lRh", "- 4755        98K /bin/big")]
    [InlineData("-lR --times --time-days", "- 4755     100000 9206 8049   0 /bin/big")]
    [InlineData("-lR --times --time-relative", "- 4755     100000 795469973 695469973      576 /bin/big")]
    public void A_regular_file_looks_as_in_the_original(string words, string expected)
    {
        Assert.Equal(expected, Format(words, new("/bin/big", Samples.Status(0x89ED, 100000), Checksum: "b98c6a")));
    }

    [Theory]
    [InlineData("-lR", "l 0777          3 /bin/link -> big")]
    [InlineData("-lR --uids", "l 0777          3 1000   50 /bin/link -> big")]
    [InlineData("-lR --csv", "l,0777,3,/bin/link,big")]
    [InlineData("-lR --csv --checksum", "l,0777,3,,/bin/link,big")]
    [InlineData("-lR --checksum", "l 0777          3 /bin/link -> big")]
    public void A_link_shows_where_it_leads(string words, string expected)
    {
        Assert.Equal(expected, Format(words, new("/bin/link", Samples.Status(0xA1FF, 3, uid: 1000, gid: 50), Target: "big")));
    }

    [Fact]
    public void Names_with_spaces_and_commas_are_quoted_in_csv_only()
    {
        var entry = new FileEntry("/sp ace/li,nk", Samples.Status(0xA1FF, 3), Target: "a,b");

        Assert.Equal("l,0777,3,\"/sp ace/li,nk\",\"a,b\"", Format("-lR --csv", entry));
        Assert.Equal("l 0777          3 /sp ace/li,nk -> a,b", Format("-lR", entry));
    }

    [Theory]
    [InlineData(0x41ED, 'd')]
    [InlineData(0x81A4, '-')]
    [InlineData(0xA1FF, 'l')]
    [InlineData(0x11A4, 'p')]
    [InlineData(0x21A4, 'c')]
    [InlineData(0x61A4, 'b')]
    [InlineData(0xC1ED, 's')]
    [InlineData(0x01ED, 'u')]
    public void Each_kind_of_file_has_its_letter(long mode, char letter)
    {
        Assert.Equal(letter, Format("-lR", new("/f", Samples.Status(mode, 0)))[0]);
    }

    [Theory]
    [InlineData(2050, "8:2")]
    [InlineData(0x11112C70, "300:70000")]
    [InlineData(0, "0:0")]
    public void Device_numbers_are_taken_apart(long device, string expected)
    {
        Assert.Equal(expected, DeviceText.Format(device));
    }

    [Fact]
    public void Times_before_1970_and_after_2038_have_a_date()
    {
        var text = new TimeText(TimeStyle.Calendar, 0);

        Assert.Matches(@"^19(69|70)-\d\d-\d\d \d\d:\d\d:\d\d$", text.Format(-1000));
        Assert.Matches(@"^2096-10-0[12] ", text.Format(4000000000));
    }

    public void Dispose() => _folder.Dispose();

    private string Format(string words, FileEntry entry)
    {
        var options = new ListOptions();
        options.Read(["-a", _folder.Path + "/disk.img", .. words.Split(' '), "/"]);
        return new EntryText(options, new TimeText(options.TimeStyle, 1795469973)).Format(entry);
    }
}
