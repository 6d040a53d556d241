using System.Globalization;
using System.Text;

namespace VirtTools.Appliance;

/// <summary>
/// Writes a cpio archive in the "newc" format, as the kernel unpacks it from an initrd (Documentation/driver-api/early-userspace/buffer-format.rst).
/// Owner is root, times are zero and inode numbers count up, so that equal entries give equal bytes.
/// </summary>
internal sealed class CpioWriter(Stream output)
{
    private const uint Directory = 0x4000;
    private const uint CharacterDevice = 0x2000;
    private const uint RegularFile = 0x8000;
    private const uint SymbolicLink = 0xA000;
    private const string TrailerName = "TRAILER!!!";

    private uint inode;
    private long written;

    /// <summary>Adds an empty folder. Names have no slash at the start; parents come before their content.</summary>
    public void AddFolder(string name) => Add(name, Directory | 0x1ED /* 0755 */, [], default);

    /// <summary>Adds a regular file.</summary>
    public void AddFile(string name, uint permissions, ReadOnlySpan<byte> content) => Add(name, RegularFile | permissions, content, default);

    /// <summary>Adds a symbolic link.</summary>
    public void AddLink(string name, string target) => Add(name, SymbolicLink | 0x1FF /* 0777 */, Encoding.UTF8.GetBytes(target), default);

    /// <summary>Adds the node of a character device.</summary>
    public void AddCharacterDevice(string name, uint permissions, uint major, uint minor) =>
        Add(name, CharacterDevice | permissions, [], (major, minor));

    /// <summary>Ends the archive.</summary>
    public void Finish()
    {
        inode = 0;
        WriteEntry(0, TrailerName, 0, 1, [], default);
    }

    private void Add(string name, uint mode, ReadOnlySpan<byte> content, (uint Major, uint Minor) device)
    {
        inode++;
        WriteEntry(inode, name, mode, (mode & 0xF000) == Directory ? 2u : 1u, content, device);
    }

    private void WriteEntry(
        uint number, string name, uint mode, uint links, ReadOnlySpan<byte> content, (uint Major, uint Minor) device)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        ReadOnlySpan<uint> fields =
        [
            number, mode, 0 /* uid */, 0 /* gid */, links, 0 /* mtime */, (uint)content.Length, 0, 0, device.Major, device.Minor,
            (uint)nameBytes.Length + 1, 0 /* check */,
        ];
        var header = new StringBuilder("070701");
        foreach (var field in fields)
        {
            header.Append(field.ToString("X8", CultureInfo.InvariantCulture));
        }

        Write(Encoding.ASCII.GetBytes(header.ToString()));
        Write(nameBytes);
        Write([0]);
        Pad();
        Write(content);
        Pad();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        written += bytes.Length;
    }

    private void Pad() => Write("\0\0\0"u8[..(int)(-written & 3)]);
}
