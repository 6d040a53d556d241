using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>A QEMU that was found.</summary>
/// <param name="Path">Where it was found: what is executed.</param>
/// <param name="RealPath">The file behind symbolic links.</param>
/// <param name="IsWrapper">It is a script, or anything else that is not an ELF program: what it opens and starts is unknown.</param>
/// <param name="Identity">Changes whenever the file is replaced: path, device, inode, size and times.</param>
internal sealed record QemuBinary(string Path, string RealPath, bool IsWrapper, string Identity)
{
    private static readonly string[] Names = ["qemu-system-x86_64", "qemu-kvm"];

    // Red Hat's place, which is on nobody's PATH, and those of older distributions.
    private static readonly string[] FurtherPlaces =
    [
        "/usr/bin/qemu-system-x86_64",
        "/usr/local/bin/qemu-system-x86_64",
        "/usr/libexec/qemu-kvm",
        "/usr/lib/qemu/qemu-system-x86_64",
        "/usr/lib/qemu-kvm/qemu-system-x86_64",
    ];

    /// <summary>Finds QEMU.</summary>
    /// <param name="chosen">A path or a name that somebody chose; null looks on PATH and where distributions put it.</param>
    /// <exception cref="LaunchException">There is none, or the chosen one cannot be run.</exception>
    public static QemuBinary Find(string? chosen)
    {
        if (chosen is null)
        {
            var path = Names.Select(name => ProgramPath.Find(name)).FirstOrDefault(found => found is not null)
                ?? FurtherPlaces.FirstOrDefault(Descriptors.IsProgram)
                ?? throw new LaunchException(
                    "QEMU is not installed: neither qemu-system-x86_64 nor qemu-kvm was found; install the package qemu-system-x86 (Debian, Ubuntu) "
                    + "or set LIBGUESTFS_HV to its path");
            return Describe(path);
        }

        var given = ProgramPath.Find(chosen)
            ?? throw new LaunchException($"{chosen}: no such program on PATH; it was chosen as QEMU by LIBGUESTFS_HV or the handle's setting: correct that, or leave it out to have QEMU looked for");
        if (!Descriptors.IsProgram(given))
        {
            throw new LaunchException($"{given}: not a program that can be run; it was chosen as QEMU by LIBGUESTFS_HV or the handle's setting: correct that, or leave it out to have QEMU looked for");
        }

        return Describe(given);
    }

    private static QemuBinary Describe(string path)
    {
        try
        {
            using var place = Descriptors.Open(path, OpenFlags.PathOnly);
            var real = Descriptors.ReadLink($"/proc/self/fd/{(int)place.DangerousGetHandle()}");
            var status = Descriptors.Stat(place);
            var identity = $"{real} {status.Device.Major}:{status.Device.Minor} {FileIdentity.Of(status)}";
            return new(path, real, !IsElf(path), identity);
        }
        catch (PosixException e)
        {
            throw new LaunchException($"{e.Message}; QEMU cannot be started from there: set LIBGUESTFS_HV to another", e);
        }
    }

    private static bool IsElf(string path)
    {
        try
        {
            Span<byte> magic = stackalloc byte[4];
            using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
            return Descriptors.ReadAt(file, magic, 0) == magic.Length && magic.SequenceEqual("\u007FELF"u8);
        }
        catch (PosixException e) when (e.Errno == Errno.EACCES)
        {
            // Executable but not readable: the kernel starts only real programs so.
            return true;
        }
    }
}
