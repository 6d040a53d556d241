using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch.Templates;

public sealed class TemplateContentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("virttools-template-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Pages that hold something, of a file of 1024.</summary>
    public static TheoryData<int[]> Pages => [[], [0], [1023], [0, 1, 2, 255, 256, 257, 600, 1023], [.. Enumerable.Range(0, 1024)]];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_copy_holds_the_same_and_has_the_same_hash(int[] pages)
    {
        using var source = Source(pages);
        using var target = Descriptors.Open($"{folder}/copy", OpenFlags.ReadWrite | OpenFlags.Create, 0x180);

        var hash = TemplateContent.Copy(source, target, default);

        Assert.Equal(Content(source), Content(target));
        Assert.Equal(hash, TemplateContent.HashOf(target, default));
        Assert.Equal(hash, TemplateContent.HashOf(source, default));
    }

    [Fact]
    public void What_is_zero_takes_no_room()
    {
        using var source = Source([5]);
        Descriptors.WriteAt(source, new byte[100 * 4096], 200 * 4096);
        using var target = Descriptors.Open($"{folder}/copy", OpenFlags.ReadWrite | OpenFlags.Create, 0x180);

        TemplateContent.Copy(source, target, default);

        Assert.InRange(Descriptors.Stat(target).Blocks * 512, 4096, 16 * 4096);
    }

    [Fact]
    public void The_same_bytes_elsewhere_are_another_content()
    {
        using var one = Source([1]);
        using var other = Descriptors.CreateMemoryFile("test");
        Descriptors.Truncate(other, 1024 * 4096);
        Descriptors.WriteAt(other, Content(one).AsSpan(4096, 4096), 2 * 4096);

        Assert.NotEqual(TemplateContent.HashOf(one, default), TemplateContent.HashOf(other, default));
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Source(int[] pages)
    {
        var source = Descriptors.CreateMemoryFile("test");
        Descriptors.Truncate(source, 1024 * 4096);
        foreach (var page in pages)
        {
            Descriptors.WriteAt(source, BitConverter.GetBytes(page + 1), (page * 4096L) + (page % 4000));
        }

        return source;
    }

    private static byte[] Content(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var bytes = new byte[Descriptors.SizeOf(file)];
        Assert.Equal(bytes.Length, Descriptors.ReadAt(file, bytes, 0));
        return bytes;
    }
}
