using System.Text.Json;
using VirtTools.CommandLine.Guests;
using VirtTools.Commands;
using VirtTools.Tests.CommandLine;
using VirtTools.Wire;

namespace VirtTools.Tests.Commands;

public sealed class ListJobTests : IDisposable
{
    private static readonly Dictionary<string, StatNs> s_tree = new()
    {
        ["/"] = Samples.Status(0x41ED, size: 1024),
        ["/a,b"] = Samples.Status(0x81A4, size: 3),
        ["/bin"] = Samples.Status(0x41ED, size: 1024),
        ["/bin/big"] = Samples.Status(0x89ED, size: 100000),
        ["/bin/link"] = Samples.Status(0xA1FF, size: 3),
        ["/inv\udcff"] = Samples.Status(0x81A4, size: 4),
    };

    private readonly ScratchFolder _folder = new();
    private readonly CapturedStreams _streams = new("virt-ls");
    private readonly FakeGuest _guest;

    public ListJobTests()
    {
        File.WriteAllText(_folder.Path + "/disk.img", "");
        _guest = new FakeGuest()
            .On("ls0", (ref arguments, _) => Names(arguments.ReadString()))
            .On("find0", (ref arguments, _) => arguments.ReadString() switch
            {
                "/" => "bin/big\0bin\0a\nb\0"u8.ToArray(),
                "/bin" => "/big\0"u8.ToArray(),
                _ => throw FakeGuest.NoSuchFile("/nope"),
            })
            .On("ll", (ref arguments, result) =>
            {
                result.WriteString($"total of {arguments.ReadString()}\n");
                return null;
            })
            .On("lstatns", (ref arguments, result) =>
            {
                var path = arguments.ReadString();
                StructCodecs.Write(result, s_tree.TryGetValue(path, out var status) ? status : throw FakeGuest.NoSuchFile(path));
                return null;
            })
            .On("internal_lstatnslist", (ref arguments, result) =>
            {
                var directory = arguments.ReadString().TrimEnd('/');
                StructCodecs.Write(result, arguments.ReadStrings().Select(n => s_tree[$"{directory}/{n}"]).ToArray());
                return null;
            })
            .List("internal_readlinklist", "big")
            .On("checksum", (ref arguments, result) =>
            {
                result.WriteString($"{arguments.ReadString()}-sum");
                return null;
            });
    }

    [Fact]
    public async Task A_plain_list_is_sorted_by_bytes()
    {
        await ListAsync("/");

        Assert.Equal("a,b\nbin\ninv\udcff\n", _streams.Output);
    }

    [Fact]
    public async Task With_0_names_end_with_a_zero_byte()
    {
        await ListAsync("-R -0 /");

        Assert.Equal("a\nb\0bin\0bin/big\0", _streams.Output);
    }

    [Fact]
    public async Task A_long_list_is_what_the_guest_prints()
    {
        await ListAsync("-l / /bin");

        Assert.Equal("total of /\ntotal of /bin\n", _streams.Output);
    }

    [Fact]
    public async Task A_recursive_long_list_goes_into_each_directory_where_it_stands()
    {
        await ListAsync("-lR /");

        Assert.Equal(
            """
            d 0755       1024 /
            - 0644          3 /a,b
            d 0755       1024 /bin
            - 4755     100000 /bin/big
            l 0777          3 /bin/link -> big
            - 0644          4 /invÿ

            """.Replace('ÿ', '\udcff'),
            _streams.Output);
    }

    [Fact]
    public async Task A_slash_behind_the_directory_is_not_shown()
    {
        await ListAsync("-lR /bin/");

        Assert.Equal("d 0755       1024 /bin\n- 4755     100000 /bin/big\nl 0777          3 /bin/link -> big\n", _streams.Output);
    }

    [Theory]
    [InlineData("--times")]
    [InlineData("--time-t")]
    [InlineData("--time-relative")]
    [InlineData("--time-days")]
    public async Task Every_option_on_times_shows_them(string option)
    {
        await ListAsync($"-lR --csv {option} /");

        Assert.Equal(7, _streams.Output.Split('\n')[0].Split(',').Length);
    }

    [Fact]
    public async Task Names_in_json_are_relative_to_the_directory()
    {
        await ListAsync("--json -R /bin");

        Assert.Equal("{\"entries\":[{\"directory\":\"/bin\",\"name\":\"big\"}]}\n", _streams.Output);
    }

    [Fact]
    public async Task Checksums_are_of_regular_files_only()
    {
        await ListAsync("-lR --checksum=sha1 /bin");

        Assert.Equal("d 0755       1024 /bin\n- 4755     100000 sha1-sum /bin/big\nl 0777          3 /bin/link -> big\n", _streams.Output);
    }

    [Fact]
    public async Task A_missing_directory_is_a_sentence_and_the_others_are_listed()
    {
        await ListAsync("-lR /nope /bin");

        Assert.StartsWith("d 0755", _streams.Output);
        Assert.Equal("virt-ls: disk.img: no such file in the guest: /nope\n", _streams.Error);
        Assert.Equal(1, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task A_file_given_for_a_directory_is_listed_and_complained_about()
    {
        await ListAsync("-lR /bin/big");

        Assert.Equal("- 4755     100000 /bin/big\n", _streams.Output);
        Assert.Contains("not a directory", _streams.Error);
    }

    [Theory]
    [InlineData("--json /", "a,b bin inv\ufffd")]
    [InlineData("--json -l /", "/a,b /bin /inv\ufffd")]
    [InlineData("--json -R /", "a\nb bin bin/big")]
    [InlineData("--json -lR /", "/ /a,b /bin /bin/big /bin/link /inv\ufffd")]
    public async Task Json_holds_the_entries_of_each_mode(string words, string names)
    {
        await ListAsync(words);

        using var document = JsonDocument.Parse(_streams.Output);
        var entries = document.RootElement.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(names, string.Join(' ', entries.Select(e => e.GetProperty("name").GetString())));
        Assert.All(entries, e => Assert.Equal("/", e.GetProperty("directory").GetString()));
    }

    [Fact]
    public async Task Json_of_a_file_has_numbers_for_sizes_and_times_and_null_for_what_it_has_not()
    {
        await ListAsync("--json -lR --checksum /bin");

        using var document = JsonDocument.Parse(_streams.Output);
        var entry = document.RootElement.GetProperty("entries")[1];
        Assert.Equal("file", entry.GetProperty("type").GetString());
        Assert.Equal("4755", entry.GetProperty("mode").GetString());
        Assert.Equal(100000, entry.GetProperty("size").GetInt64());
        Assert.Equal(1100000000, entry.GetProperty("modificationTime").GetInt64());
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("target").ValueKind);
        Assert.Equal("md5-sum", entry.GetProperty("checksum").GetString());
    }

    public void Dispose()
    {
        _guest.Dispose();
        _folder.Dispose();
    }

    private static byte[] Names(string directory)
    {
        if (!s_tree.TryGetValue(directory, out var status))
        {
            throw FakeGuest.NoSuchFile(directory);
        }

        if ((status.StMode & 0xF000) != 0x4000)
        {
            throw new GuestfsException("ls0", "ENOTDIR", $"{directory}: Not a directory");
        }

        var prefix = directory.TrimEnd('/') + "/";
        var below = s_tree.Keys.Where(p => p.StartsWith(prefix) && p != "/" && !p[prefix.Length..].Contains('/')).Select(p => p[prefix.Length..] + '\0');
        return VirtTools.Posix.ByteString.GetBytes(string.Concat(below.Reverse()));
    }

    private async Task ListAsync(string words)
    {
        var options = new ListOptions();
        options.Read(["-a", _folder.Path + "/disk.img", .. words.Split(' ')]);
        await Listing.PrintAsync(new(_guest.Handle, GuestPaths.Plain), options, _streams.Streams, CancellationToken.None);
    }
}
