using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using VirtTools.Appliance;
using VirtTools.Fixtures.Building;

namespace VirtTools.GuestTests.Conformance;

/// <summary>
/// The files that the cases expect: the CD that they mount and the files of the host that they name. The original's own test data are not used;
/// these are made so that the cases' expected values hold, apart from those in <see cref="AdaptedCases"/>.
/// </summary>
internal sealed class ConformanceData : IDisposable
{
    /// <summary>The content of known-3, whose checksums the cases ask for.</summary>
    public static readonly byte[] Known3 = "one\ntwo\nthree\n"u8.ToArray();

    // Debian's base-files: the text whose checksum the cases know.
    private const string LicenceText = "/usr/share/common-licenses/LGPL-2.1";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const int HundredKilobytes = 100 * 1024;

    private static readonly HostProgram Xz = new("xz", "xz-utils");
    private static readonly HostProgram Clang = new("clang", "clang");

    private readonly string _folder = Directory.CreateTempSubdirectory("virttools-conformance-").FullName;

    /// <summary>Makes the CD.</summary>
    public ConformanceData()
    {
        var tree = Directory.CreateDirectory(Path.Combine(_folder, "cd")).FullName;
        WriteTexts(tree);
        WriteBinaries(tree);
        Compress(Path.Combine(tree, "test-grep.txt"));
        File.CreateSymbolicLink(Path.Combine(tree, "abssymlink"), "/10klines");
        Directory.CreateDirectory(Path.Combine(tree, "directory"));
        CompactDisc = Path.Combine(_folder, "cd.iso");
        Programs.Xorriso.Run("-as", "mkisofs", "-quiet", "-R", "-V", "TESTDATA", "-o", CompactDisc, tree);
    }

    /// <summary>The image of the CD.</summary>
    public string CompactDisc { get; }

    /// <summary>A file of the host that a case names by a path in the original's sources, made now if need be.</summary>
    public string HostFile(string name)
    {
        var file = Path.GetFileName(name);
        if (file == "COPYING.LIB")
            return LicenceText;
        var path = Path.Combine(_folder, file);
        if (!File.Exists(path))
            MakeHostFile(file, path);
        return path;
    }

    /// <summary>Removes the files.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void MakeHostFile(string file, string path)
    {
        switch (file)
        {
            case "testdownload.tmp":
                break;
            case "hello.b64":
                File.WriteAllText(path, "aGVsbG8K\n");
                break;
            case "helloworld.tar":
                WriteTar(path);
                break;
            case "helloworld.tar.xz":
                Xz.Run("--keep", "--force", HostFile("helloworld.tar"));
                break;
            case "test-command" or "test-pwd":
                var source = Path.Combine(AppContext.BaseDirectory, "Conformance", "GuestPrograms", file + ".c");
                Clang.Run("-static", "-Os", "-s", "-o", path, source);
                break;
            case "blank-disk-1K.raw":
                SparseFile.Create(path, 1024);
                break;
            case "blank-disk-1M.raw":
                SparseFile.Create(path, 1 << 20);
                break;
            case "blank-disk-1K.qcow2":
                Programs.QemuImg.Run("create", "-q", "-f", "qcow2", path, "1K");
                break;
            case "blank-disk-with-backing.qcow2":
                Programs.QemuImg.Run("create", "-q", "-f", "qcow2", "-F", "raw", "-b", HostFile("blank-disk-1M.raw"), path);
                break;
            case "minimal":
                File.WriteAllBytes(path, MinimalHive.Bytes());
                break;
            default:
                throw new NotSupportedException($"conformance.json names a file of the host that this test does not make: {file}");
        }
    }

    private static void WriteTexts(string tree)
    {
        void Write(string name, string text) => File.WriteAllText(Path.Combine(tree, name), text);
        void WriteBytes(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(tree, name), bytes);

        Write("empty", "");
        Write("known-1", "one\n");
        Write("known-2", "two\n");
        WriteBytes("known-3", Known3);
        Write("known-4", "abc\ndef\nghi");
        Write("known-5", "abcdefghi\njklmnopqr\n");
        Write("test-grep.txt", "abc\ndef\nabc123\nABC\n\n");
        Write("10klines", string.Concat(Enumerable.Range(0, 10_000).Select(number => $"{number}{Letters}\n")));
        WriteBytes("100kallzeroes", new byte[HundredKilobytes]);
        var random = new byte[HundredKilobytes];
        new Random(1).NextBytes(random);
        WriteBytes("100krandom", random);
    }

    private static void WriteBinaries(string tree)
    {
        void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(tree, name), bytes);

        Write("bin-i586-dynamic", SmallBinary.Elf(SmallBinary.Machine386, SmallBinary.Word.Bits32, SmallBinary.Order.LittleEndian));
        Write("bin-sparc-dynamic", SmallBinary.Elf(SmallBinary.MachineSparc, SmallBinary.Word.Bits32, SmallBinary.Order.BigEndian));
        Write("lib-ppc64.so", SmallBinary.Elf(SmallBinary.MachinePpc64, SmallBinary.Word.Bits64, SmallBinary.Order.BigEndian));
        Write("lib-s390x.so", SmallBinary.Elf(SmallBinary.MachineS390, SmallBinary.Word.Bits64, SmallBinary.Order.BigEndian));
        Write("lib-sparc.so", SmallBinary.Elf(SmallBinary.MachineSparc, SmallBinary.Word.Bits32, SmallBinary.Order.BigEndian));
        Write("lib-win64.dll", SmallBinary.Pe64());
        var x86 = SmallBinary.Elf(SmallBinary.MachineX8664, SmallBinary.Word.Bits64, SmallBinary.Order.LittleEndian);
        Write("lib-x86_64.so", x86);
        WriteInitrd(Path.Combine(tree, "initrd-x86_64.img"), ("bin/sh", x86));
        WriteInitrd(
            Path.Combine(tree, "initrd"),
            [.. ((string[])["empty", "known-1", "known-2", "known-3", "known-4", "known-5"]).Select(name => (name, File.ReadAllBytes(Path.Combine(tree, name))))]);
    }

    private static void WriteInitrd(string path, params IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        using var buffer = new MemoryStream();
        var archive = new CpioWriter(buffer);
        foreach (var folder in files.Select(file => Path.GetDirectoryName(file.Name)!).Where(name => name.Length > 0).Distinct())
            archive.AddFolder(folder);
        foreach (var (name, content) in files)
            archive.AddFile(name, 0x1ED /* 0755 */, content);
        archive.Finish();
        stream.Write(buffer.ToArray());
    }

    private static void WriteTar(string path)
    {
        using var archive = new TarWriter(File.Create(path), TarEntryFormat.Ustar);
        archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "hello") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes("hello\n")) });
        archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "world") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes("world\n")) });
    }

    private static void Compress(string path)
    {
        using var output = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Optimal);
        output.Write(File.ReadAllBytes(path));
    }
}
