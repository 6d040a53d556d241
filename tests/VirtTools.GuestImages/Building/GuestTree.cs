using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>What a name in a tree stands for; the values are ustar's type flags.</summary>
public enum EntryKind : byte
{
    File = (byte)'0',
    HardLink = (byte)'1',
    Symlink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
}

/// <summary>Owner, permission bits and modification time of an entry.</summary>
/// <param name="Mode">Permission bits with setuid, setgid and sticky; -1 = 0755 for a directory, 0777 for a symlink, else 0644.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Time">Seconds since 1970; may be negative.</param>
public readonly record struct Attributes(int Mode = -1, int Uid = 0, int Gid = 0, long Time = HostProgram.Epoch)
{
    /// <summary>Owned by root, with the usual mode of its kind, made when all fixtures seem to have been made.</summary>
    public static readonly Attributes Usual = new(-1);
}

/// <summary>One name of a tree. Names and targets are bytes, as in the guest.</summary>
public sealed record TreeEntry(EntryKind Kind, byte[] Path, Attributes Attributes)
{
    /// <summary>Content of a file.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>Target of a symbolic or hard link.</summary>
    public byte[] Target { get; init; } = [];

    /// <summary>Name and value of an extended attribute, such as user.note; null for none.</summary>
    public (string Name, string Value)? ExtendedAttribute { get; init; }

    /// <summary>Device numbers.</summary>
    public (int Major, int Minor) Device { get; init; }
}

/// <summary>Files that a guest shall have, written down in code and handed to programs as a tar archive.</summary>
public sealed class GuestTree
{
    private readonly List<TreeEntry> entries = [];

    /// <summary>The entries in the order in which they were added.</summary>
    public IReadOnlyList<TreeEntry> Entries => entries;

    public GuestTree Directory(string path, Attributes? attributes = null) =>
        Add(new(EntryKind.Directory, Bytes(path), attributes ?? Attributes.Usual));

    public GuestTree File(string path, string content, Attributes? attributes = null) =>
        File(path, Encoding.UTF8.GetBytes(content), attributes);

    public GuestTree File(string path, byte[] content, Attributes? attributes = null) =>
        Add(new(EntryKind.File, Bytes(path), attributes ?? Attributes.Usual) { Content = content });

    public GuestTree File(byte[] path, string content) =>
        Add(new(EntryKind.File, path, Attributes.Usual) { Content = Encoding.UTF8.GetBytes(content) });

    public GuestTree FileWithAttribute(string path, string content, (string Name, string Value) extendedAttribute) =>
        Add(new(EntryKind.File, Bytes(path), Attributes.Usual) { Content = Bytes(content), ExtendedAttribute = extendedAttribute });

    public GuestTree Symlink(string path, string target) =>
        Add(new(EntryKind.Symlink, Bytes(path), Attributes.Usual) { Target = Bytes(target) });

    public GuestTree HardLink(string path, string existing) =>
        Add(new(EntryKind.HardLink, Bytes(path), Attributes.Usual) { Target = Bytes(existing) });

    public GuestTree Fifo(string path, Attributes? attributes = null) =>
        Add(new(EntryKind.Fifo, Bytes(path), attributes ?? Attributes.Usual));

    public GuestTree Device(EntryKind kind, string path, int major, int minor, Attributes? attributes = null) =>
        Add(new(kind, Bytes(path), attributes ?? Attributes.Usual) { Device = (major, minor) });

    /// <summary>A tree of those entries only for which the predicate holds.</summary>
    public GuestTree Where(Func<TreeEntry, bool> predicate)
    {
        var tree = new GuestTree();
        tree.entries.AddRange(entries.Where(predicate));
        return tree;
    }

    /// <summary>Writes the tree as a tar archive.</summary>
    public void WriteTar(string file)
    {
        using var stream = System.IO.File.Create(file);
        foreach (var entry in entries)
            UstarArchive.Write(stream, entry);
        UstarArchive.WriteEnd(stream);
    }

    private GuestTree Add(TreeEntry entry)
    {
        entries.Add(entry);
        return this;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
