using System.Buffers.Binary;
using System.Text;
using VirtTools.Daemon.Inspection.Windows;
using Xunit;

namespace VirtTools.Tests.Daemon.Windows;

public sealed class HiveTests
{
    [Theory]
    [InlineData(SubkeyList.Fast)]
    [InlineData(SubkeyList.Hashed)]
    [InlineData(SubkeyList.Plain)]
    [InlineData(SubkeyList.Nested)]
    internal void Subkeys_are_found_in_every_kind_of_list(SubkeyList list)
    {
        var hive = Open(HiveWriter.Write(new("root", new("one"), new("two"), new("three")) { List = list }));

        Assert.Equal(["one", "two", "three"], hive.Root!.Subkeys().Select(key => key.Name));
    }

    [Fact]
    public void Names_are_found_in_upper_and_lower_case()
    {
        var hive = Open(HiveWriter.Write(new("root", new HiveKey("Größe", new HiveKey("Иван").With("Wert", "x")))));

        Assert.Equal("x", hive.Find("GRÖSSE".Replace("SS", "ß"), "ИВАН")?.Text("WERT"));
        Assert.Null(hive.Find("Größe", "nobody"));
    }

    [Fact]
    public void Values_of_all_types_are_read()
    {
        var key = new HiveKey("root").With("text", "C:\\Größe").With("number", 10).With("big-endian", 5, [0, 0, 1, 2])
            .With("bytes", 3, "DMIO:ID:0123456789abcdef"u8.ToArray()).With("", "of the key itself");

        var root = Open(HiveWriter.Write(key)).Root!;

        Assert.Equal("C:\\Größe", root.Text("text"));
        Assert.Equal((10u, 258u), (root.Value("number")!.Dword, root.Value("big-endian")!.Dword));
        Assert.Equal(24, root.Value("bytes")!.Data()!.Length);
        Assert.Equal("of the key itself", root.Text(""));
        Assert.Null(root.Value("text")!.Dword);
        Assert.Null(root.Text("bytes"));
    }

    [Fact]
    public void Long_data_lies_in_pieces()
    {
        var text = string.Concat(Enumerable.Range(0, 10_000).Select(i => (char)('a' + i % 26)));

        var root = Open(HiveWriter.Write(new HiveKey("root").With("long", text))).Root!;

        Assert.Equal(text, root.Text("long"));
    }

    [Fact]
    public void Text_ends_at_the_first_zero_and_lone_surrogates_are_replaced()
    {
        var root = Open(HiveWriter.Write(new HiveKey("root").With("a", 1, [(byte)'x', 0, 0, 0, (byte)'y', 0]).With("b", 1, [0x80, 0xDC, (byte)'z', 0]))).Root!;

        Assert.Equal(("x", "\ufffdz"), (root.Text("a"), root.Text("b")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4095)]
    public void File_without_a_whole_header_is_no_hive(int length) =>
        Assert.Null(RegistryHive.Open(Reading(Sample()[..length]), length));

    [Fact]
    public void Cell_behind_the_end_of_the_file_costs_only_itself()
    {
        var hive = HiveWriter.Write(new("root", new("one"), new("two"), new("three")));
        BinaryPrimitives.WriteUInt32LittleEndian(hive.AsSpan(hive.AsSpan().IndexOf("lh"u8) + 4 + 8), 0x7FFF_FFF0);

        Assert.Equal(["one", "three"], Open(hive).Root!.Subkeys().Select(key => key.Name));
    }

    [Fact]
    public void Hive_that_is_cut_short_anywhere_is_read_up_to_the_cut()
    {
        var whole = HiveWriter.Write(new("root", [.. Enumerable.Range(0, 500).Select(i => new HiveKey($"key-{i}").With("n", i))]));
        var root = whole.AsSpan().LastIndexOf("nk"u8);
        for (var length = 4096; length < whole.Length; length += 509)
        {
            var subkeys = RegistryHive.Open(Reading(whole[..length]), length)!.Root?.Subkeys().Count();

            Assert.Equal(length < root + 76 ? null : 500, subkeys);
        }
    }

    [Fact]
    public void List_that_lists_itself_ends()
    {
        var hive = HiveWriter.Write(new("root", new("one"), new("two"), new("three")) { List = SubkeyList.Nested });
        var list = hive.AsSpan().IndexOf("ri"u8);
        var own = list - 4 - HiveWriter.BinsStart;
        BinaryPrimitives.WriteInt32LittleEndian(hive.AsSpan(list + 4), own);

        Assert.Equal(["three"], Open(hive).Root!.Subkeys().Select(key => key.Name));
    }

    [Fact]
    public void Key_that_is_its_own_subkey_is_never_walked_for_ever()
    {
        var hive = HiveWriter.Write(new HiveKey("root", new HiveKey("root")));
        BinaryPrimitives.WriteUInt32LittleEndian(hive.AsSpan(hive.AsSpan().IndexOf("lh"u8) + 4), BinaryPrimitives.ReadUInt32LittleEndian(hive.AsSpan(36)));

        var found = Open(hive).Find("root", "root", "root", "nothing");

        Assert.Null(found);
    }

    [Fact]
    public void Counts_that_lie_are_held_against_the_cell()
    {
        var hive = HiveWriter.Write(new HiveKey("root", new("one"), new("two")).With("a", "b"));
        var list = hive.AsSpan().IndexOf("lh"u8);
        BinaryPrimitives.WriteUInt16LittleEndian(hive.AsSpan(list + 2), ushort.MaxValue);
        var root = hive.AsSpan().LastIndexOf("nk"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(hive.AsSpan(root + 36), uint.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(hive.AsSpan(root + 72), ushort.MaxValue);

        var key = Open(hive).Root!;

        Assert.Equal(["one", "two"], key.Subkeys().Select(each => each.Name).Take(2));
        Assert.Equal("b", key.Text("a"));
    }

    [Fact]
    public void Work_on_one_hive_is_bounded()
    {
        // 65535 times the same key, each read as the whole of a large cell.
        var hive = HiveWriter.Write(new("root", [.. Enumerable.Range(0, 60_000).Select(i => new HiveKey("k"))]));
        var opened = Open(hive);

        var read = Enumerable.Range(0, 100).Sum(_ => opened.Root!.Subkeys().Count());

        Assert.InRange(read, 60_000, 600_000);
    }

    [Fact]
    public void Changed_bytes_never_stop_the_reader()
    {
        var random = new Random(11);
        var sample = Sample();
        for (var round = 0; round < 3_000; round++)
        {
            var changed = sample.ToArray();
            for (var change = 0; change < 20; change++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            if (RegistryHive.Open(Reading(changed), changed.Length) is { Root: { } root })
            {
                WalkSome(root);
            }
        }
    }

    [Fact]
    public void What_a_log_holds_is_put_over_a_hive_that_was_not_written_completely()
    {
        var before = HiveWriter.Write(new HiveKey("root").With("state", "before"));
        var after = HiveWriter.Write(new HiveKey("root").With("state", "after!"));
        var dirty = HiveWriter.Dirty(before, 8, 7);

        var hive = Open(dirty, HiveLogWriter.Log(HiveLogWriter.Entry(7, before, after)));

        Assert.Equal("after!", hive.Root!.Text("state"));
    }

    [Fact]
    public void Entries_of_both_logs_count_in_their_order_and_make_the_hive_longer()
    {
        var first = HiveWriter.Write(new HiveKey("root").With("state", "first!"));
        var second = HiveWriter.Write(new HiveKey("root").With("state", "second"));
        var third = HiveWriter.Write(new HiveKey("root").With("state", "third!").With("long", new string('x', 5000)));
        var dirty = HiveWriter.Dirty(first, 9, 7);
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(36), BinaryPrimitives.ReadUInt32LittleEndian(third.AsSpan(36)));

        var hive = Open(
            dirty,
            HiveLogWriter.Log(HiveLogWriter.Entry(8, second, third)),
            HiveLogWriter.Log(HiveLogWriter.Entry(6, first, second), HiveLogWriter.Entry(7, first, second)));

        Assert.Equal(("third!", 5000), (hive.Root!.Text("state"), hive.Root.Text("long")!.Length));
    }

    [Fact]
    public void Hive_that_was_written_completely_needs_no_log()
    {
        var hive = HiveWriter.Write(new HiveKey("root").With("state", "before"));
        var after = HiveWriter.Write(new HiveKey("root").With("state", "after!"));

        Assert.Equal("before", Open(hive, HiveLogWriter.Log(HiveLogWriter.Entry(1, hive, after))).Root!.Text("state"));
    }

    [Fact]
    public void Entry_with_a_wrong_hash_and_what_follows_a_gap_do_not_count()
    {
        var before = HiveWriter.Write(new HiveKey("root").With("state", "before"));
        var after = HiveWriter.Write(new HiveKey("root").With("state", "after!"));
        var torn = HiveLogWriter.Entry(7, before, after);
        torn[^1] ^= 1;
        var dirty = HiveWriter.Dirty(before, 9, 7);

        Assert.Equal("before", Open(dirty, HiveLogWriter.Log(torn)).Root!.Text("state"));
        Assert.Equal("before", Open(dirty, HiveLogWriter.Log(HiveLogWriter.Entry(6, before, after))).Root!.Text("state"));
        Assert.Equal("before", Open(
            dirty, HiveLogWriter.Log(HiveLogWriter.Entry(7, before, before), HiveLogWriter.Entry(9, before, after))).Root!.Text("state"));
    }

    [Theory]
    [InlineData(20, 0xFFFF_FFFF)] // number of pages
    [InlineData(40, 0xFFFF_F000)] // offset of the first page
    [InlineData(44, 0xFFFF_FFFF)] // its length
    public void Lying_entry_with_right_hashes_costs_only_itself(int field, uint value)
    {
        var before = HiveWriter.Write(new HiveKey("root").With("state", "before"));
        var after = HiveWriter.Write(new HiveKey("root").With("state", "after!"));
        var entry = HiveLogWriter.Entry(7, before, after);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(field), value);

        var hive = Open(HiveWriter.Dirty(before, 8, 7), HiveLogWriter.Log(HiveLogWriter.Sealed(entry)));

        Assert.Equal("before", hive.Root!.Text("state"));
    }

    // Published vectors of the hash, with their own seed.
    [Theory]
    [InlineData("", 0x30ed35c100cd3c7dUL)]
    [InlineData("AF", 0x48e73fc77d75ddc1UL)]
    [InlineData("E70F", 0xb5f6e1fc485dbff8UL)]
    [InlineData("37F495", 0xf0b07c789b8cf7e8UL)]
    [InlineData("8642DC59", 0x7008f2e87e9cf556UL)]
    [InlineData("153FB79826", 0xe6c08c6da2afa997UL)]
    [InlineData("0932E6246C47", 0x6f04bf1a5ea24060UL)]
    public void Marvin32_agrees_with_its_vectors(string bytes, ulong hash) =>
        Assert.Equal(hash, Marvin32.Hash(Convert.FromHexString(bytes), 0x004fb61a001bdbccUL));

    private static void WalkSome(RegistryKey root)
    {
        foreach (var key in root.Subkeys().Take(50))
        {
            Assert.All(key.Values().Take(50), value => Assert.InRange(value.Text?.Length ?? 0, 0, 65536));
            Assert.All(key.Subkeys().Take(50), below => Assert.InRange(below.Name.Length, 0, 512));
        }
    }

    private static byte[] Sample() => HiveWriter.Write(new(
        "root",
        new HiveKey("one", new HiveKey("deeper").With("x", new string('y', 20_000))) { List = SubkeyList.Nested }.With("a", "b").With("n", 3),
        new HiveKey("two", [.. Enumerable.Range(0, 20).Select(i => new HiveKey($"k{i}").With("v", Encoding.UTF8.GetString([(byte)i])))]) { List = SubkeyList.Plain }));

    private static RegistryHive Open(byte[] bytes, params byte[][] logs) =>
        RegistryHive.Open(Reading(bytes), bytes.Length, [.. logs.Select(log => new HiveLog(Reading(log), log.Length))])!;

    private static HiveRead Reading(byte[] bytes) => (buffer, offset) =>
    {
        var rest = offset < bytes.Length ? bytes.AsSpan((int)offset) : [];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return count;
    };
}
