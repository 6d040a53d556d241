using System.Text;
using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Running;

namespace VirtTools.Tests.CommandLine;

public sealed class KeyTests : IDisposable
{
    private const string Uuid = "0b3f0c52-6f0e-4a0e-9a55-2f6f0f7a1d01";
    private static readonly EncryptedDevice s_partition = new("/dev/sda2", "LUKS2", Uuid);

    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("/dev/sda2", true)]
    [InlineData("/dev/vda2", true)]
    [InlineData("/dev/hda2", true)]
    [InlineData("0B3F0C52-6F0E-4A0E-9A55-2F6F0F7A1D01", true)]
    [InlineData("luks-" + Uuid, true)]
    [InlineData("/dev/mapper/luks-" + Uuid, true)]
    [InlineData("cryptsda2", true)]
    [InlineData("/dev/sda", false)]
    [InlineData("/dev/sda21", false)]
    [InlineData("", false)]
    public void A_partition_answers_to_its_names(string id, bool isMeant) => Assert.Equal(isMeant, s_partition.IsCalled(id));

    [Theory]
    [InlineData("/dev/vg-1/root", true)]
    [InlineData("/dev/mapper/vg--1-root", true)]
    [InlineData("vg-1/root", true)]
    [InlineData("root", true)]
    [InlineData("/dev/mapper/vg-1-root", false)]
    [InlineData("oot", false)]
    public void A_logical_volume_answers_to_its_names(string id, bool isMeant) =>
        Assert.Equal(isMeant, new EncryptedDevice("/dev/vg-1/root", "LUKS1", "").IsCalled(id));

    [Theory]
    [InlineData(Uuid, "luks-" + Uuid)]
    [InlineData("", "cryptsda2")]
    [InlineData("../../etc/passwd", "cryptsda2")]
    public void The_opened_device_is_named_by_a_UUID_that_is_one(string uuid, string name) =>
        Assert.Equal(name, new EncryptedDevice("/dev/sda2", "LUKS2", uuid).MapName);

    [Theory]
    [InlineData("/dev/sda2:key:a:b", new[] { "a:b" })]
    [InlineData("all:key:", new[] { "" })]
    [InlineData("all:base64:YTpi", new[] { "a:b" })]
    public void A_selector_holds_its_key(string selector, string[] keys) => Assert.Equal(keys, Keys(selector));

    [Theory]
    [InlineData("one line", new[] { "one line" })]
    [InlineData("first\n", new[] { "first", "first\n" })]
    [InlineData("first\nsecond", new[] { "first", "first\nsecond" })]
    [InlineData("", new[] { "" })]
    public void A_file_is_its_first_line_and_then_all_its_bytes(string content, string[] keys)
    {
        File.WriteAllText(_folder.Path + "/key", content);

        Assert.Equal(keys, Keys($"all:file:{_folder.Path}/key"));
    }

    [Fact]
    public void A_binary_file_is_read_byte_by_byte()
    {
        byte[] content = [0, 0xFF, 0x80, 0xE2, 0x82, 0xF0, 0x9F, 0x94, 0x91, 0];
        File.WriteAllBytes(_folder.Path + "/key", content);

        Assert.Equal(content, VirtTools.Posix.ByteString.GetBytes(Assert.Single(Keys($"all:file:{_folder.Path}/key"))));
    }

    [Fact]
    public void Base64_stands_for_any_bytes() =>
        Assert.Equal([0, 0xFF, 0x80], VirtTools.Posix.ByteString.GetBytes(Assert.Single(Keys("all:base64:AP+A"))));

    [Fact]
    public void A_file_that_is_too_large_or_missing_is_a_sentence()
    {
        File.WriteAllBytes(_folder.Path + "/key", new byte[(1 << 20) + 1]);

        Assert.Contains("larger than 1 MiB", Assert.Throws<CommandFailedException>(() => Keys($"all:file:{_folder.Path}/key")).Message);
        Assert.Contains("No such file", Assert.Throws<CommandFailedException>(() => Keys($"all:file:{_folder.Path}/nope")).Message);
    }

    [Fact]
    public void Keys_that_name_the_device_come_before_those_for_all_and_others_not_at_all()
    {
        using var ring = Ring("all:key:everywhere", "/dev/sdb:key:other", $"{Uuid}:key:mine");

        Assert.Equal(["mine", "everywhere"], Tried(ring, s_partition));
    }

    [Fact]
    public void Each_device_tries_its_own_line_of_standard_input_first_and_then_the_others()
    {
        File.WriteAllText(_folder.Path + "/input", "one\ntwo\nthree");
        using var input = File.OpenHandle(_folder.Path + "/input");
        using var ring = new KeyRing(new([], true, TerminalEcho.Hidden), new((int)input.DangerousGetHandle()), null);

        Assert.Equal(["one", "two", "three"], Tried(ring, s_partition));
        Assert.Equal(["two", "one", "three"], Tried(ring, s_partition));
        Assert.Equal(["three", "one", "two"], Tried(ring, s_partition));
    }

    [Fact]
    public void A_person_is_asked_three_times_at_most_and_may_decline()
    {
        var questions = new List<string>();
        using var ring = new KeyRing(new([], false, TerminalEcho.Hidden), null, (question, _) =>
        {
            questions.Add(question);
            return new("typed"u8);
        });
        using var declined = new KeyRing(new([], false, TerminalEcho.Hidden), null, (_, _) => null);

        Assert.Equal(["typed", "typed", "typed"], Tried(ring, s_partition));
        Assert.Equal(3, questions.Count);
        Assert.StartsWith("disk.img: key or passphrase of /dev/sda2 (LUKS2)", questions[0]);
        Assert.StartsWith("that is not its key; disk.img: ", questions[1]);
        Assert.Empty(Tried(declined, s_partition));
    }

    [Fact]
    public void A_key_that_is_no_longer_needed_is_overwritten()
    {
        var text = new SecretText("passphrase"u8);
        var bytes = new SecretBytes("passphrase"u8);

        text.Dispose();
        bytes.Dispose();

        Assert.Equal(new string('\0', 10), text.Value);
        Assert.Equal(new byte[10], bytes.Span.ToArray());
    }

    [Fact]
    public void Names_of_keys_for_messages_do_not_hold_them()
    {
        Assert.Equal("--key all:key:...", KeyChoice.Parse("all:key:secret").Name);
        Assert.Equal("--key all:base64:...", KeyChoice.Parse("all:base64:c2VjcmV0").Name);
        Assert.Equal("--key all:file:/key", KeyChoice.Parse("all:file:/key").Name);
    }

    public void Dispose() => _folder.Dispose();

    private static KeyRing Ring(params string[] selectors) =>
        new(new([.. selectors.Select(KeyChoice.Parse)], false, TerminalEcho.Hidden), null, null);

    private static string[] Keys(string selector) =>
        [.. KeyChoice.Parse(selector).Read().Select(key => VirtTools.Posix.ByteString.GetString(key.Span))];

    // Strings are overwritten with their keys, so they are copied.
    private static List<string> Tried(KeyRing ring, EncryptedDevice device)
    {
        var tried = new List<string>();
        foreach (var key in ring.For(device, "disk.img", CancellationToken.None))
        {
            using var text = key.Text;
            tried.Add(new StringBuilder(text.Value).ToString());
        }

        return tried;
    }
}
