using System.Text;
using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

public sealed class FileActionTests : IDisposable
{
    private readonly DaemonUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void Names_of_any_bytes_come_back_as_they_are()
    {
        const string Name = "/line\nfeed \u001b[31m \uDCFF\uDC80 ü";

        Write(Name, "content");

        Assert.Equal("content"u8, _daemon.Download(Name));
        Assert.Equal(Name[1..] + "\0", Stream(ActionDescriptors.Ls0, "dir", "/"));
    }

    [Fact]
    public void Kinds_are_told_of_the_link_or_of_what_it_names()
    {
        Directory.CreateDirectory(_daemon.HostPath("/folder"));
        File.CreateSymbolicLink(_daemon.HostPath("/link"), "folder");

        Assert.False(_daemon.CallForBool(ActionDescriptors.IsDir, call =>
        {
            call.String("path", "/link");
            call.OptionalBool("followsymlinks", null);
        }));
        Assert.True(_daemon.CallForBool(ActionDescriptors.IsDir, call =>
        {
            call.String("path", "/link");
            call.OptionalBool("followsymlinks", true);
        }));
        Assert.True(_daemon.CallForBool(ActionDescriptors.IsSymlink, call => call.String("path", "/link")));
        Assert.False(_daemon.CallForBool(ActionDescriptors.Exists, call => call.String("path", "/missing")));
    }

    [Fact]
    public void Whole_tree_is_found_and_removed_but_not_what_its_links_name()
    {
        Directory.CreateDirectory(_daemon.HostPath("/tree/inner"));
        Directory.CreateDirectory(_daemon.HostPath("/kept"));
        File.WriteAllText(_daemon.HostPath("/tree/inner/file"), "x");
        File.WriteAllText(_daemon.HostPath("/kept/file"), "x");
        File.CreateSymbolicLink(_daemon.HostPath("/tree/link"), "../kept");

        var found = Stream(ActionDescriptors.Find0, "directory", "/").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        _daemon.Call(ActionDescriptors.RmRf, call => call.String("path", "/tree"));

        Assert.Equal(["kept", "kept/file", "tree", "tree/inner", "tree/inner/file", "tree/link"], found.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(_daemon.HostPath("/tree")));
        Assert.True(File.Exists(_daemon.HostPath("/kept/file")));
    }

    [Theory]
    [InlineData("/tree", "/inner /inner/file")]
    [InlineData("/tree/", "inner inner/file")]
    [InlineData("/link", "/inner /inner/file")]
    public void Found_names_begin_with_a_slash_unless_the_folder_ends_in_one(string folder, string names)
    {
        Directory.CreateDirectory(_daemon.HostPath("/tree/inner"));
        File.WriteAllText(_daemon.HostPath("/tree/inner/file"), "x");
        File.CreateSymbolicLink(_daemon.HostPath("/link"), "tree");

        var found = Stream(ActionDescriptors.Find0, "directory", folder).Split('\0', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(names.Split(' '), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Entries_of_a_large_folder_come_in_chunks_of_whole_records()
    {
        var names = Enumerable.Range(0, 2000).Select(i => $"file-{i:D4}").ToArray();
        foreach (var name in names)
        {
            File.WriteAllText(_daemon.HostPath("/" + name), "");
        }

        using var content = new MemoryStream();
        _daemon.Call(ActionDescriptors.InternalReaddir, call =>
        {
            call.String("dir", "/");
            call.FileOut("filename", content);
        });

        var reader = new XdrReader(content.ToArray());
        var entries = new List<Dirent>();
        while (reader.Remaining > 0)
        {
            entries.Add(StructCodecs.ReadDirent(ref reader));
        }

        Assert.Equal([".", "..", .. names], entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.All(entries.Where(entry => entry.Name.StartsWith('f')), entry => Assert.Equal('r', entry.Ftyp));
    }

    [Fact]
    public void Status_of_a_missing_name_in_a_list_has_inode_minus_one()
    {
        Write("/file", "12345");

        var reader = new XdrReader(_daemon.Call(ActionDescriptors.InternalLstatnslist, call =>
        {
            call.String("path", "/");
            call.Strings("names", ["file", "missing"]);
        }));
        var list = StructCodecs.ReadStatNsList(ref reader);

        Assert.Equal(5, list[0].StSize);
        Assert.Equal(-1, list[1].StIno);
    }

    [Theory]
    [InlineData("1\n2\n3\n4\n", 2, "1 2", "3 4")]
    [InlineData("1\n2\n3\n4", 2, "1 2", "3 4")]
    [InlineData("1\n2\n3\n4\n", 0, "", "")]
    [InlineData("1\n2\n3\n4\n", 9, "1 2 3 4", "1 2 3 4")]
    [InlineData("1\n2\n3\n4\n", -1, "1 2 3", "1 2 3 4")]
    [InlineData("1\n2\n3\n4\n", -2, "1 2", "2 3 4")]
    [InlineData("", 3, "", "")]
    public void Head_and_tail_count_lines(string content, int count, string head, string tail)
    {
        Write("/file", content);

        Assert.Equal(head, string.Join(' ', Lines(ActionDescriptors.HeadN, count)));
        Assert.Equal(tail, string.Join(' ', Lines(ActionDescriptors.TailN, count)));
    }

    [Fact]
    public void Tail_of_a_long_file_reads_from_its_end()
    {
        Write("/file", string.Join('\n', Enumerable.Range(0, 60_000)) + "\n");

        Assert.Equal(["59998", "59999"], Lines(ActionDescriptors.TailN, 2));
    }

    [Theory]
    [InlineData("md5", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("crc", "1219131554")]
    public void Checksums_are_those_of_the_standards(string type, string sum)
    {
        Write("/file", "abc");

        Assert.Equal(sum, _daemon.CallForString(ActionDescriptors.Checksum, call =>
        {
            call.String("csumtype", type);
            call.String("path", "/file");
        }));
    }

    [Fact]
    public void Attributes_are_set_and_told()
    {
        Write("/file", "x");

        _daemon.Call(ActionDescriptors.Chmod, call =>
        {
            call.Int("mode", 0x1A0);
            call.String("path", "/file");
        });
        _daemon.Call(ActionDescriptors.Utimens, call =>
        {
            call.String("path", "/file");
            call.Int64("atsecs", 1);
            call.Int64("atnsecs", 2);
            call.Int64("mtsecs", 3);
            call.Int64("mtnsecs", 4);
        });

        var reader = new XdrReader(_daemon.Call(ActionDescriptors.Statns, call => call.String("path", "/file")));
        var status = StructCodecs.ReadStatNs(ref reader);
        Assert.Equal(0x81A0, status.StMode);
        Assert.Equal((1, 2, 3, 4), (status.StAtimeSec, status.StAtimeNsec, status.StMtimeSec, status.StMtimeNsec));
    }

    [Fact]
    public void Glob_marks_folders_and_expands_braces()
    {
        Directory.CreateDirectory(_daemon.HostPath("/b"));
        Write("/a1", "");
        Write("/a2", "");

        Assert.Equal(["/b/", "/a1", "/a2"], _daemon.CallForStrings(ActionDescriptors.GlobExpand, call =>
        {
            call.String("pattern", "/{b*,a?}");
            call.OptionalBool("directoryslash", null);
        }));
    }

    [Fact]
    public void Path_is_spelled_as_the_folder_spells_it()
    {
        Directory.CreateDirectory(_daemon.HostPath("/Windows/System32"));

        Assert.Equal("/Windows/System32/new.txt", _daemon.CallForString(
            ActionDescriptors.CaseSensitivePath, call => call.String("path", "/WINDOWS/system32/new.txt")));
    }

    [Theory]
    [InlineData("rm", "ENOENT")]
    [InlineData("rmdir", "ENOENT")]
    [InlineData("readlink", "ENOENT")]
    public void Failure_names_errno_and_path(string action, string errno)
    {
        var error = _daemon.Fails(ActionTable.Find(action)!, call => call.String("path", "/missing"));

        Assert.Equal(errno, error.ErrnoName);
        Assert.Contains("/missing", error.Message);
    }

    private void Write(string path, string content) => _daemon.Call(ActionDescriptors.InternalWrite, call =>
    {
        call.String("path", path);
        call.Bytes("content", Encoding.UTF8.GetBytes(content));
    });

    private string[] Lines(ActionDescriptor action, int count) => _daemon.CallForStrings(action, call =>
    {
        call.Int("nrlines", count);
        call.String("path", "/file");
    });

    private string Stream(ActionDescriptor action, string name, string path)
    {
        using var content = new MemoryStream();
        _daemon.Call(action, call =>
        {
            call.String(name, path);
            call.FileOut("files", content);
        });
        return VirtTools.Posix.ByteString.GetString(content.ToArray());
    }
}
