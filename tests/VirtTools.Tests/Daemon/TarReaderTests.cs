using VirtTools.Daemon.Tar;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Tests.Daemon;

public sealed class TarReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(".", "")]
    [InlineData("./", "")]
    [InlineData("./a/./b/", "a/b")]
    [InlineData("//a//b", "a/b")]
    [InlineData("../a", "a")]
    [InlineData("a/../b", "b")]
    [InlineData("a/..", "")]
    [InlineData("a..b/...", "a..b/...")]
    public void Path_of_a_member_stays_below_its_folder(string name, string path) => Assert.Equal(path, MemberPath.Of(name));

    [Theory]
    [InlineData("0", 0, 0u)]
    [InlineData("1700000000.5", 1700000000, 500000000u)]
    [InlineData("-1", -1, 0u)]
    [InlineData("-1.25", -2, 750000000u)]
    [InlineData("-0.25", -1, 750000000u)]
    [InlineData("5.1234567899", 5, 123456789u)]
    public void Times_may_have_a_fraction(string text, long seconds, uint nanoseconds) => Assert.Equal(new FileTime(seconds, nanoseconds), TarFields.Time(text));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.-5")]
    [InlineData("99999999999999999999")]
    public void What_is_no_time_is_refused(string text) => Assert.Throws<DaemonException>(() => TarFields.Time(text));

    [Theory]
    [InlineData(new byte[] { (byte)'0', (byte)'7', (byte)'7', 0 }, 63)]
    [InlineData(new byte[] { (byte)' ', (byte)'1', (byte)' ', 0 }, 1)]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, 0)]
    [InlineData(new byte[] { 0x80, 0, 0, 0, 0, 0, 1, 0 }, 256)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE }, -2)]
    [InlineData(new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0 }, 0x2_0000_0000)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, -1)]
    public void Numbers_are_octal_or_binary(byte[] field, long value) => Assert.Equal(value, TarFields.Number(field));

    [Theory]
    [InlineData(new byte[] { (byte)'8' })]
    [InlineData(new byte[] { (byte)'1', (byte)'-' })]
    [InlineData(new byte[] { 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0 })]
    public void What_is_no_number_is_refused(byte[] field) => Assert.Throws<DaemonException>(() => TarFields.Number(field));

    [Theory]
    [InlineData("9 path=x")]
    [InlineData("8 path=x\n")]
    [InlineData("0 =\n")]
    [InlineData("99999999999 path=x\n")]
    [InlineData("7 path\n")]
    [InlineData("11 size=-1\n")]
    [InlineData("10 mtime=\n")]
    [InlineData("12 uid=99999")]
    public void Extended_record_that_is_malformed_is_refused_or_without_effect(string records)
    {
        var archive = Member('x', records).Concat(Member('0', "content")).ToArray();

        try
        {
            Assert.Equal("name", ReadAll(archive)[0].Name);
        }
        catch (DaemonException e)
        {
            Assert.Equal("EINVAL", e.ErrnoName);
        }
    }

    [Fact]
    public void Name_longer_than_anybody_needs_is_refused_before_it_is_kept()
    {
        var header = Member('L', "")[..512];
        "77777777777\0"u8.CopyTo(header.AsSpan(TarFormat.SizeField));
        FixChecksum(header);

        Assert.Throws<DaemonException>(() => ReadAll(header));
    }

    [Fact]
    public void Descriptions_without_a_member_do_not_gather_without_bound()
    {
        var description = Member('x', new string('x', 1000));
        var many = Enumerable.Repeat(description, 5000).SelectMany(bytes => bytes).ToArray();

        Assert.Throws<DaemonException>(() => ReadAll(many));
    }

    [Fact]
    public void Random_headers_are_read_or_refused()
    {
        var random = new Random(3);
        byte[][] samples = [Member('0', "content"), Member('x', "11 path=abc\n"), Member('L', "a-long-name"), Member('g', "9 uid=12\n"), Member('K', "link")];
        for (var round = 0; round < 100_000; round++)
        {
            var archive = samples[random.Next(samples.Length)].Concat(samples[random.Next(samples.Length)]).Concat(samples[0]).ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                archive[random.Next(archive.Length)] = (byte)random.Next(256);
            }

            for (var block = 0; block < archive.Length; block += 1024)
            {
                FixChecksum(archive.AsSpan(block, 512));
            }

            try
            {
                ReadAll(archive);
            }
            catch (DaemonException e)
            {
                Assert.Equal("EINVAL", e.ErrnoName);
            }
        }
    }

    private static List<TarMember> ReadAll(byte[] archive)
    {
        var input = new ArchiveInput(new Pieces(archive));
        var reader = new TarReader();
        var members = new List<TarMember>();
        while (reader.Next(ref input, out var isForeign) is { } member && !isForeign)
        {
            members.Add(member);
            input.Skip(member.HasContent ? TarFormat.Blocks(member.Size) : 0);
        }

        return members;
    }

    [Fact]
    public void A_checksum_is_the_sum_of_all_bytes_with_spaces_in_its_own_field()
    {
        var header = new byte[512];
        new Random(1).NextBytes(header);
        byte[] full = [.. Enumerable.Repeat((byte)255, 512)];

        Assert.Equal(header.Where((_, i) => i is < 148 or >= 156).Sum(value => value) + (8 * 32), (int)TarFormat.Checksum(header));
        Assert.Equal((504 * 255) + (8 * 32), (int)TarFormat.Checksum(full));
    }

    [Fact]
    public void A_checksum_of_signed_bytes_is_taken_too()
    {
        var member = Member('0', "content");
        member[0] = 0xE9;
        var signed = (int)TarFormat.Checksum(member) - 256;
        ByteString.GetBytes(Convert.ToString(signed, 8).PadLeft(6, '0') + "\0 ").CopyTo(member.AsSpan(TarFormat.ChecksumField));
        var input = new ArchiveInput(new Pieces(member));

        var read = new TarReader().Next(ref input, out _);

        Assert.Equal("\udce9ame", read?.Name);
    }

    private static byte[] Member(char kind, string content)
    {
        var bytes = new byte[512 + TarFormat.Blocks(content.Length)];
        "name"u8.CopyTo(bytes);
        "0000644\0"u8.CopyTo(bytes.AsSpan(TarFormat.ModeField));
        ByteString.GetBytes(Convert.ToString(content.Length, 8).PadLeft(11, '0')).CopyTo(bytes, TarFormat.SizeField);
        bytes[TarFormat.KindField] = (byte)kind;
        TarFormat.PosixMagic.CopyTo(bytes.AsSpan(TarFormat.MagicField));
        ByteString.GetBytes(content).CopyTo(bytes, 512);
        FixChecksum(bytes);
        return bytes;
    }

    private static void FixChecksum(Span<byte> header) =>
        ByteString.GetBytes(Convert.ToString(TarFormat.Checksum(header), 8).PadLeft(6, '0') + "\0 ").CopyTo(header[TarFormat.ChecksumField..]);

    private sealed class Pieces(byte[] content) : IncomingFile
    {
        private int _offset;

        public override ReadOnlySpan<byte> Read()
        {
            var piece = content.AsSpan(_offset, Math.Min(700, content.Length - _offset));
            _offset += piece.Length;
            return piece;
        }
    }
}
