using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>An initial RAM disk: a cpio archive, perhaps compressed. It is read in memory; nothing is unpacked.</summary>
internal static class Initrd
{
    private const int HeadSize = 8;
    private const int LargestArchive = 256 * 1024 * 1024;

    /// <summary>The files in it; null where it is no initial RAM disk.</summary>
    /// <exception cref="DaemonException">It cannot be unpacked, or is too large.</exception>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)>? TryRead(SafeFileHandle file)
    {
        var head = new byte[HeadSize];
        var length = Descriptors.ReadAt(file, head, 0);
        if (Unpacker(head.AsSpan(0, length)) is not { } program)
        {
            return null;
        }

        var completed = ProgramRunner.TryRun(
            [program, ProgramRunner.InheritedPath(0)], new RunOptions { MaxOutput = LargestArchive }, file);

        // A second archive behind the first one makes some unpackers complain at the end; what came before is good.
        return completed.Output.Length > 0 ? CpioArchive.Files(completed.Output) : throw Failure(program, completed);
    }

    private static DaemonException Failure(string program, CompletedProcess completed) =>
        new("EINVAL", $"{program} {completed.Ending}: {completed.ErrorText}");

    private static string? Unpacker(ReadOnlySpan<byte> head) => head switch
    {
        [0x1F, 0x8B, ..] => "zcat",
        [0xFD, (byte)'7', (byte)'z', ..] => "xzcat",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzcat",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstdcat",
        _ when head.StartsWith("07070"u8) => "cat",
        _ => null,
    };
}
