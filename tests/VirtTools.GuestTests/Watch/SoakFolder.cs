using VirtTools.Fixtures.Building;
using VirtTools.Posix;

namespace VirtTools.GuestTests.Watch;

/// <summary>A folder of many small images that change: each shows one of a few faces, file systems that differ in size, type and content.</summary>
internal sealed class SoakFolder
{
    public const int RawCount = 154;
    public const int OverlayCount = 36;
    public const int UntouchedCount = 20;

    private const int FaceCount = 10;
    private const int BaseCount = 4;

    private readonly string _work;
    private readonly Random _random = new(7);
    private readonly Dictionary<string, int> _faceOf = [];
    private readonly int[] _faceOfBase = new int[BaseCount];
    private int _added;

    /// <param name="work">Gets the folder of images, the faces and the bases of overlays.</param>
    public SoakFolder(string work)
    {
        _work = work;
        Directory.CreateDirectory(Images);
        for (var face = 0; face < FaceCount; face++)
        {
            MakeFace(face);
        }

        for (var number = 0; number < RawCount; number++)
        {
            Replace(number < UntouchedCount ? $"untouched{number:00}.img" : $"raw{number:000}.img", number % FaceCount);
        }

        for (var below = 0; below < BaseCount; below++)
        {
            SetBase(below, below);
        }

        for (var number = 0; number < OverlayCount; number++)
        {
            Lay(number, number % BaseCount);
        }

        MakeFaults();
    }

    public string Images => Path.Combine(_work, "images");

    /// <summary>Files that are no images, or none that can be opened, and stay so.</summary>
    public IReadOnlyList<string> Broken { get; } = ["loop.img", "pipe.img", "torn.qcow2", "dangling.img", "headless.qcow2"];

    /// <summary>What may be the disk of a guest, whatever its name, and holds no file system.</summary>
    public IReadOnlyList<string> Blank { get; } = ["empty.img", "noise.img", "prose.qcow2"];

    /// <summary>An image of which the second half is missing, so that its file system cannot be mounted.</summary>
    public string Cut => "cut.img";

    /// <summary>May be opened by root only.</summary>
    public string Forbidden => "forbidden.img";

    public IReadOnlyList<string> Faces => [.. Enumerable.Range(0, FaceCount).Select(FacePath)];

    /// <summary>Which face each whole image has now.</summary>
    public IEnumerable<(string Name, int Face)> Expected => _faceOf.Select(known => (known.Key, known.Value));

    public IReadOnlyList<string> Untouched => [.. _faceOf.Keys.Where(name => name.StartsWith("untouched", StringComparison.Ordinal))];

    /// <summary>How many guests there are: all entries but the folder among them.</summary>
    public int Count => Directory.GetFileSystemEntries(Images).Length - 1;

    /// <summary>How often something was changed.</summary>
    public int Changes { get; private set; }

    /// <summary>Changes some image in one of the ways in which images change.</summary>
    public void ChangeSomething()
    {
        Changes++;
        var name = Pick();
        switch (_random.Next(7))
        {
            case 0 or 1:
                Replace(name, _random.Next(FaceCount));
                break;
            case 2:
                Rewrite(name, _random.Next(FaceCount));
                break;
            case 3:
                Grow(name);
                break;
            case 4:
                File.Delete(Path.Combine(Images, name));
                _faceOf.Remove(name);
                Replace($"added{_added++:000}.img", _random.Next(FaceCount));
                break;
            case 5:
                Lay(_random.Next(OverlayCount), _random.Next(BaseCount));
                break;
            default:
                SetBase(_random.Next(BaseCount), _random.Next(FaceCount));
                break;
        }
    }

    /// <summary>Touches an image, so that it is read again and shows the same.</summary>
    public void Touch(string name) => File.SetLastWriteTimeUtc(Path.Combine(Images, name), DateTime.UtcNow);

    private string Pick()
    {
        var names = _faceOf.Keys.Where(name => name.StartsWith("raw", StringComparison.Ordinal) || name.StartsWith("added", StringComparison.Ordinal)).ToList();
        return names[_random.Next(names.Count)];
    }

    private string FacePath(int face) => Path.Combine(_work, $"face{face}.img");

    private string BasePath(int number) => Path.Combine(_work, $"base{number}.img");

    private void MakeFace(int face) => Programs.Mke2fs.Run(
        "-q", "-F", "-t", face % 2 == 0 ? "ext2" : "ext4", "-N", $"{64 * (face + 1)}", FacePath(face), $"{2048 + (512 * face)}k");

    /// <summary>Another file under the name.</summary>
    private void Replace(string name, int face)
    {
        var beside = Path.Combine(_work, "beside");
        SparseFile.Copy(FacePath(face), beside);
        File.Move(beside, Path.Combine(Images, name), overwrite: true);
        _faceOf[name] = face;
    }

    /// <summary>Other bytes in the same file.</summary>
    private void Rewrite(string name, int face)
    {
        File.WriteAllBytes(Path.Combine(Images, name), File.ReadAllBytes(FacePath(face)));
        _faceOf[name] = face;
    }

    /// <summary>A larger disk with the same file system.</summary>
    private void Grow(string name)
    {
        using var file = File.OpenWrite(Path.Combine(Images, name));
        file.SetLength(file.Length + (1 << 20));
    }

    /// <summary>Other content under all overlays of a base.</summary>
    private void SetBase(int number, int face)
    {
        var path = BasePath(number);
        using (var file = File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
        {
            // As large as the largest face: an overlay has its size once and for all.
            file.Write(File.ReadAllBytes(FacePath(face)));
            file.SetLength(new FileInfo(FacePath(FaceCount - 1)).Length);
        }

        _faceOfBase[number] = face;
        foreach (var name in _faceOf.Keys.Where(name => name.StartsWith($"over{number}-", StringComparison.Ordinal)).ToList())
        {
            _faceOf[name] = face;
        }
    }

    /// <summary>An overlay on a base, new or in the place of the one with that number on another base.</summary>
    private void Lay(int overlay, int below)
    {
        foreach (var old in _faceOf.Keys.Where(name => name.StartsWith("over", StringComparison.Ordinal) && name.EndsWith($"-{overlay:00}.qcow2", StringComparison.Ordinal)).ToList())
        {
            File.Delete(Path.Combine(Images, old));
            _faceOf.Remove(old);
        }

        var name = $"over{below}-{overlay:00}.qcow2";
        var beside = Path.Combine(_work, "beside.qcow2");
        Programs.QemuImg.Run("create", "-q", "-f", "qcow2", "-b", BasePath(below), "-F", "raw", beside);
        File.Move(beside, Path.Combine(Images, name));
        _faceOf[name] = _faceOfBase[below];
    }

    private void MakeFaults()
    {
        string In(string name) => Path.Combine(Images, name);
        Directory.CreateDirectory(In("folder.img"));
        File.CreateSymbolicLink(In("loop.img"), "loop.img");
        File.CreateSymbolicLink(In("dangling.img"), "nowhere.img");
        Programs.MakeFifo.Run(In("pipe.img"));
        File.WriteAllText(In("prose.qcow2"), "This is no disk image.\n");
        File.WriteAllBytes(In("empty.img"), []);
        var noise = new byte[1 << 20];
        _random.NextBytes(noise);
        File.WriteAllBytes(In("noise.img"), noise);
        Programs.QemuImg.Run("create", "-q", "-f", "qcow2", In("torn.qcow2"), "8M");
        using (var torn = File.OpenWrite(In("torn.qcow2")))
        {
            torn.SetLength(60);
        }

        Programs.QemuImg.Run("create", "-q", "-f", "qcow2", "-u", "-b", Path.Combine(_work, "gone.img"), "-F", "raw", In("headless.qcow2"), "8M");
        SparseFile.Copy(FacePath(1), In(Cut));
        using (var cut = File.OpenWrite(In(Cut)))
        {
            cut.SetLength(cut.Length / 2);
        }

        SparseFile.Copy(FacePath(0), In(Forbidden));
        File.SetUnixFileMode(In(Forbidden), UnixFileMode.None);
        if (Environment.IsPrivilegedProcess)
        {
            _faceOf[Forbidden] = 0;
        }
    }
}
