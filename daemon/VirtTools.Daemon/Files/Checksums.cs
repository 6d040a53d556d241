using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Files;

/// <summary>Checksums of files, by the programs of coreutils: the runtime's own hashes need OpenSSL, which the appliance lacks.</summary>
internal static class Checksums
{
    private const int FilesPerRun = 500;
    private const int BytesPerRun = 100_000;

    /// <summary>The checksum of one file.</summary>
    /// <exception cref="DaemonException">EINVAL: unknown type.</exception>
    public static string Of(string type, SafeFileHandle file, string name)
    {
        var output = ProgramRunner.Run([Program(type), ProgramRunner.InheritedPath(0)], file);

        // A name with a backslash makes the programs put one in front of the line; the path of a descriptor has none.
        var end = output.IndexOf(' ');
        return end > 0 ? output[..end] : throw new DaemonException("EIO", $"{name}: {Program(type)} printed no checksum");
    }

    /// <summary>Checksums of all plain files below a folder, a line each as the programs print them, with names that begin with <c>./</c>.</summary>
    /// <exception cref="DaemonException">EINVAL: unknown type. EIO: a file cannot be read.</exception>
    public static void OfTree(string type, SafeFileHandle folder, OutgoingFile target)
    {
        var program = Program(type);
        var names = new List<string>();
        var length = 0;
        foreach (var entry in FolderWalk.Below(folder))
        {
            if (entry.Kind != EntryKind.Regular)
            {
                continue;
            }

            names.Add("./" + entry.Path);
            length += entry.Path.Length;
            if (names.Count >= FilesPerRun || length > BytesPerRun)
            {
                Run(program, names, folder, target);
                length = 0;
            }
        }

        Run(program, names, folder, target);
        target.Write([]);
    }

    private static void Run(string program, List<string> names, SafeFileHandle folder, OutgoingFile target)
    {
        if (names.Count == 0)
        {
            return;
        }

        // The folder is changed to after the descriptors have been handed over, so this is the child's own name for it.
        string[] argv = [program, "--", .. names];
        var completed = ProgramRunner.TryRun(argv, new RunOptions { WorkingDirectory = ProgramRunner.InheritedPath(0) }, folder);
        target.Write(ProgramRunner.Require(argv[..1], completed).Output);
        names.Clear();
    }

    private static string Program(string type) => type switch
    {
        "crc" => "cksum",
        "md5" => "md5sum",
        "sha1" => "sha1sum",
        "sha224" => "sha224sum",
        "sha256" => "sha256sum",
        "sha384" => "sha384sum",
        "sha512" => "sha512sum",
        "gost" => "gostsum",
        "gost12" => "gost12sum",
        _ => throw new DaemonException(
            "EINVAL", $"{type}: unknown checksum type, expecting crc|md5|sha1|sha224|sha256|sha384|sha512|gost|gost12"),
    };
}
