using System.Text;
using VirtTools.Commands.InPlace;

namespace VirtTools.Tests.Resize.InPlace;

public sealed class CommitRecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-test-").FullName;

    private string File => Path.Combine(_folder, "record");

    [Fact]
    public void What_was_written_is_read()
    {
        System.IO.File.WriteAllBytes(File, Record.ToBytes());

        Assert.Equal(Record, CommitRecord.Read(File));
    }

    [Fact]
    public void Where_there_is_no_file_there_is_no_record() => Assert.Null(CommitRecord.Read(File));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"version\":1}")]
    [InlineData("not JSON")]
    public void What_is_none_is_refused(string text)
    {
        System.IO.File.WriteAllText(File, text);

        Assert.Throws<InvalidDataException>(() => CommitRecord.Read(File));
    }

    [Fact]
    public void That_of_a_later_version_is_refused()
    {
        System.IO.File.WriteAllText(File, Encoding.UTF8.GetString(Record.ToBytes()).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));

        Assert.Throws<InvalidDataException>(() => CommitRecord.Read(File));
    }

    [Fact]
    public void A_file_without_end_is_not_read_to_it()
    {
        using (var file = System.IO.File.Create(File))
        {
            file.SetLength(1L << 40);
        }

        Assert.Throws<InvalidDataException>(() => CommitRecord.Read(File));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CommitRecord Record => new()
    {
        Version = CommitRecord.CurrentVersion,
        Image = "disk.img",
        Format = "raw",
        Device = "8:1",
        Inode = ulong.MaxValue,
        OldSize = 1,
        NewSize = 2,
        ImageLength = 3,
        ImageTime = "4.000000005",
        OverlayLength = 6,
        Summary = "something has grown",
    };
}
