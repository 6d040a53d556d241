using System.Text;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch.Templates;

/// <summary>What the store takes for a good template, and what becomes of the others.</summary>
public sealed class TemplateStoreTests : IDisposable
{
    private const string Key = "00112233445566778899aabbccddeeff";
    private const int MemorySize = 3 * 1024 * 1024;

    private readonly string cache = Directory.CreateTempSubdirectory("virttools-template-test-").FullName;
    private readonly SettableTime time = new();
    private readonly List<string> trace = [];
    private int made;

    private TemplateStore Store => TemplateStore.Open(cache, time)!;

    private string Folder => $"{cache}/templates/{Key}";

    public void Dispose() => Directory.Delete(cache, recursive: true);

    [Fact]
    public void A_template_that_was_made_is_found_again()
    {
        using var first = Make();

        using var second = Store.Find(Key, trace.Add);

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.True(second.IsIntact(default));
        Assert.Equal("QEMU of the test", second.Manifest.QemuVersion);
        Assert.Equal(1, made);
        Assert.Empty(trace);
    }

    [Fact]
    public void Its_files_cannot_be_written_by_their_names()
    {
        using var template = Make();

        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode($"{Folder}/memory"));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode($"{Folder}/state"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public void Nothing_was_made_is_no_complaint()
    {
        Assert.Null(Store.Find(Key, trace.Add));
        Assert.Empty(trace);
    }

    /// <summary>What can happen to a template between two launches.</summary>
    public static TheoryData<string> Damages => ["truncated memory", "flipped bit", "exchanged state", "no manifest", "garbage manifest", "missing memory"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_template_is_deleted_and_made_again(string damage)
    {
        Make()!.Dispose();
        Damage(damage);

        Assert.Null(Store.Find(Key, trace.Add));
        Assert.False(Directory.Exists(Folder));
        Assert.Single(trace);
        using var again = Make();
        Assert.NotNull(again);
        Assert.Equal(2, made);
    }

    [Fact]
    public void A_bit_that_flipped_without_a_trace_is_found_by_reading_everything()
    {
        using var template = Make();
        var manifest = template!.Manifest;
        File.SetUnixFileMode($"{Folder}/memory", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        FlipBit($"{Folder}/memory");

        using var opened = Descriptors.Open($"{Folder}/memory", OpenFlags.ReadOnly);

        Assert.NotEqual(manifest.Memory.Sha256, TemplateContent.HashOf(opened, default));
        Assert.False(template.IsIntact(default));
    }

    [Fact]
    public void A_template_is_made_anew_after_a_week()
    {
        Make()!.Dispose();
        time.Now += TimeSpan.FromDays(6.9);
        Store.Find(Key, trace.Add)!.Dispose();

        time.Now += TimeSpan.FromDays(0.2);

        Assert.Null(Store.Find(Key, trace.Add));
        Assert.Contains("older than 7 days", Assert.Single(trace));
    }

    [Fact]
    public void A_template_from_the_future_is_not_trusted()
    {
        Make()!.Dispose();

        time.Now -= TimeSpan.FromDays(1);

        Assert.Null(Store.Find(Key, trace.Add));
    }

    [Fact]
    public void Of_many_at_once_one_makes_it_and_all_get_it()
    {
        var found = new Template?[8];

        Parallel.For(0, found.Length, i => found[i] = Make(slowly: true));

        Assert.All(found, Assert.NotNull);
        Assert.Equal(1, made);
        Array.ForEach(found, template => template!.Dispose());
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_nothing_and_is_no_failure()
    {
        var template = Store.FindOrMake(Key, folder =>
        {
            File.WriteAllText($"{folder}/memory", "half");
            throw new PosixException(Errno.ENOSPC, "write");
        }, trace.Add, default);

        Assert.Null(template);
        Assert.Empty(Directory.GetFileSystemEntries($"{cache}/templates"));
        Assert.Contains("No space left", Assert.Single(trace));
    }

    [Fact]
    public void A_failure_to_boot_leaves_nothing_and_is_told()
    {
        Assert.Throws<InvalidOperationException>(() => Store.FindOrMake(Key, _ => throw new InvalidOperationException(), trace.Add, default));

        Assert.Empty(Directory.GetFileSystemEntries($"{cache}/templates"));
    }

    [Fact]
    public void What_a_killed_maker_left_is_swept_away()
    {
        Directory.CreateDirectory($"{cache}/templates/making");
        File.WriteAllText($"{cache}/templates/making/memory", "left over");

        using var template = Make();

        Assert.NotNull(template);
        Assert.Equal([Folder], Directory.GetFileSystemEntries($"{cache}/templates"));
    }

    [Fact]
    public void The_oldest_go_when_there_are_too_many()
    {
        for (var i = 0; i < 11; i++)
        {
            Store.FindOrMake($"key{i}", Fill, trace.Add, default)!.Dispose();
            Directory.SetLastWriteTimeUtc($"{cache}/templates/key{i}", DateTime.UtcNow.AddMinutes(i - 60));
        }

        var left = Store.Folders().Select(Path.GetFileName).ToHashSet();

        Assert.Equal(8, left.Count);
        Assert.Contains("key10", left);
        Assert.DoesNotContain("key0", left);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_failure()
    {
        File.WriteAllText($"{cache}/templates", "in the way");

        Assert.Null(Make());
        Assert.Single(trace);
    }

    private Template? Make(bool slowly = false) => Store.FindOrMake(
        Key,
        folder =>
        {
            if (slowly)
            {
                Thread.Sleep(50);
            }

            return Fill(folder);
        },
        trace.Add,
        default);

    private TemplateManifest Fill(string folder)
    {
        Interlocked.Increment(ref made);
        using var memory = new FileStream($"{folder}/memory", FileMode.CreateNew, FileAccess.ReadWrite);
        memory.Write(Encoding.ASCII.GetBytes("first page"));
        memory.SetLength(MemorySize);
        memory.Flush();
        File.WriteAllText($"{folder}/state", "state of the devices");
        using var state = Descriptors.Open($"{folder}/state", OpenFlags.ReadOnly);
        return new(
            time.Now.ToUnixTimeSeconds(),
            "QEMU of the test",
            new(default, TemplateContent.HashOf(memory.SafeFileHandle, default)),
            new(default, TemplateContent.HashOf(state, default)));
    }

    private void Damage(string damage)
    {
        var memory = $"{Folder}/memory";
        File.SetUnixFileMode(memory, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        switch (damage)
        {
            case "truncated memory":
                using (var file = new FileStream(memory, FileMode.Open))
                {
                    file.SetLength(MemorySize - 4096);
                }

                break;
            case "flipped bit":
                // Who wants to hide it sets the time of the last change back; the change time cannot be set.
                var modified = File.GetLastWriteTimeUtc(memory);
                FlipBit(memory);
                File.SetLastWriteTimeUtc(memory, modified);
                break;
            case "exchanged state":
                File.Delete($"{Folder}/state");
                File.WriteAllText($"{Folder}/state", "state of the devices");
                break;
            case "no manifest":
                File.Delete($"{Folder}/manifest.json");
                break;
            case "garbage manifest":
                File.Delete($"{Folder}/manifest.json");
                File.WriteAllText($"{Folder}/manifest.json", "{\"format\":1,\"made\":");
                break;
            case "missing memory":
                File.Delete(memory);
                break;
        }
    }

    private static void FlipBit(string path)
    {
        using var file = new FileStream(path, FileMode.Open);
        var value = file.ReadByte();
        file.Position = 0;
        file.WriteByte((byte)(value ^ 1));
    }
}
