using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Mounts;

/// <summary>A block device over a file of the guest (loop(4)); it goes away when it is neither mounted nor held by this object.</summary>
internal sealed class LoopDevice : IDisposable
{
    private const string ControlDevice = "/dev/loop-control";
    private const uint GetFree = 0x4C82; // LOOP_CTL_GET_FREE
    private const uint Configure = 0x4C0A; // LOOP_CONFIGURE
    private const int ConfigurationSize = 304; // struct loop_config
    private const int FlagsOffset = 8 + 52; // lo_flags of the struct loop_info64 inside
    private const uint AutoClear = 4; // LO_FLAGS_AUTOCLEAR

    private readonly SafeFileHandle _handle;

    private LoopDevice(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>Such as <c>/dev/loop0</c>.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <exception cref="PosixException">No such file, or no device left.</exception>
    public static LoopDevice Attach(GuestRoot root, string file)
    {
        using var content = OpenWritableIfPossible(root, file);
        using var control = Descriptors.Open(ControlDevice, OpenFlags.ReadWrite);
        var path = $"/dev/loop{Kernel.Control(control, GetFree, 0, "loop device")}";
        var device = Descriptors.Open(path, OpenFlags.ReadWrite);
        using var use = new HandleUse(content);
        var configuration = new byte[ConfigurationSize];
        BinaryPrimitives.WriteInt32LittleEndian(configuration, use.Number);
        BinaryPrimitives.WriteUInt32LittleEndian(configuration.AsSpan(FlagsOffset), AutoClear);
        Kernel.Control(device, Configure, configuration, file);
        return new(path, device);
    }

    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle OpenWritableIfPossible(GuestRoot root, string file)
    {
        try
        {
            return root.Open(file, OpenFlags.ReadWrite);
        }
        catch (PosixException e) when (e.Errno == Errno.EROFS)
        {
            return root.Open(file, OpenFlags.ReadOnly);
        }
    }
}
