using System.Runtime.InteropServices;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Programs;

/// <summary>
/// Runs a program of the appliance: an argument vector, a clean environment, bounded output, a deadline. A file of the guest is handed over as
/// <c>/proc/self/fd/N</c> of a descriptor that the program inherits, never by its path: no link that a guest could swap leads the program astray.
/// </summary>
internal static class ProgramRunner
{
    /// <summary>Where programs are looked for.</summary>
    public const string SearchPath = "/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Number, in the program, of the first descriptor that it inherits beside the standard ones.</summary>
    public const int FirstInherited = 3;

    // Of what a failed program wrote to standard output, as part of a message.
    private const int MostReason = 1024;

    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromHours(24);

    /// <summary>The environment of every program. libblkid gets no cache: for 200 seconds it would believe what a device held before it was written.</summary>
    public static readonly string[] CleanEnvironment =
    [
        "PATH=" + SearchPath, "LC_ALL=C", "HOME=/root", "SHELL=/bin/sh", "TERM=dumb", "TMPDIR=/tmp", "LVM_SUPPRESS_FD_WARNINGS=1", "DM_DISABLE_UDEV=1",
        "BLKID_FILE=/dev/null",
    ];

    /// <summary>Programs that touch nothing but what they are given; null where all may run.</summary>
    private static IReadOnlySet<string>? allowed;

    /// <summary>
    /// From now on only programs that work on the files handed to them: beside an ordinary system a call must not reach its volumes or modules.
    /// </summary>
    public static void AllowHarmlessOnly() => allowed = new HashSet<string>
    {
        "base64", "bzcat", "bzip2", "cat", "cksum", "compress", "cp", "cpio", "file", "grep", "gzip", "hexdump", "ls", "lzop", "md5sum", "sha1sum",
        "sha224sum", "sha256sum", "sha384sum", "sha512sum", "strings", "tar", "xz", "xzcat", "zcat", "zgrep", "zstd", "zstdcat",
    };

    /// <summary>The path of a program, null where the appliance has none of that name.</summary>
    public static string? Find(string name)
    {
        if (allowed?.Contains(name) == false)
        {
            return null;
        }

        if (name.Contains('/'))
        {
            return Descriptors.IsProgram(name) ? name : null;
        }

        foreach (var folder in SearchPath.Split(':'))
        {
            var path = $"{folder}/{name}";
            if (Descriptors.IsProgram(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>The path under which a program sees the <paramref name="index"/>th descriptor handed to it.</summary>
    public static string InheritedPath(int index) => $"/proc/self/fd/{FirstInherited + index}";

    /// <summary>Runs a program and gives its standard output as text.</summary>
    /// <param name="argv">The program and its arguments.</param>
    /// <param name="files">Descriptors that the program inherits; see <see cref="InheritedPath"/>.</param>
    /// <exception cref="DaemonException">It is missing, ran too long, wrote too much or ended with another status than 0; the message holds what it said.</exception>
    public static string Run(IReadOnlyList<string> argv, params SafeHandle[] files) => Require(argv, TryRun(argv, files)).OutputText;

    /// <summary>Runs a program with something on its standard input.</summary>
    /// <exception cref="DaemonException">See <see cref="Run(IReadOnlyList{string}, SafeHandle[])"/>.</exception>
    public static string RunWithInput(IReadOnlyList<string> argv, ReadOnlyMemory<byte> input, params SafeHandle[] files) =>
        Require(argv, Start(argv, files, new() { Input = input })).OutputText;

    /// <summary>Runs a program whose exit status means more than success and failure.</summary>
    /// <exception cref="DaemonException">ENOENT: the appliance has no such program.</exception>
    public static CompletedProcess TryRun(IReadOnlyList<string> argv, params SafeHandle[] files) => Start(argv, files, new());

    /// <summary>Runs a program with bounds or surroundings of its own; environment and deadline are set here.</summary>
    /// <exception cref="DaemonException">ENOENT: the appliance has no such program.</exception>
    public static CompletedProcess TryRun(IReadOnlyList<string> argv, RunOptions options, params SafeHandle[] files) =>
        Start(argv, files, options);

    /// <summary>Runs a program whose exit status is the result, whatever it is.</summary>
    /// <exception cref="DaemonException">It is missing, or was ended by a signal.</exception>
    public static int RunForStatus(IReadOnlyList<string> argv, params SafeHandle[] files)
    {
        var completed = TryRun(argv, files);
        return completed is { End: RunEnd.Finished, Exit.ExitCode: { } status } ? status : throw Failure(argv, completed);
    }

    /// <summary>Turns a failed run into an error.</summary>
    /// <exception cref="DaemonException">It did not end with status 0.</exception>
    public static CompletedProcess Require(IReadOnlyList<string> argv, CompletedProcess completed) =>
        completed.IsSuccess ? completed : throw Failure(argv, completed);

    private static DaemonException Failure(IReadOnlyList<string> argv, CompletedProcess completed)
    {
        // Some programs, ntfsresize among them, complain on standard output.
        var reason = completed.ErrorText.Length > 0 ? completed.ErrorText : Tail(completed.OutputText.TrimEnd());
        return new DaemonException(
            completed.End == RunEnd.TooLate ? "ETIMEDOUT" : "",
            reason.Length > 0 ? $"{argv[0]} {completed.Ending}: {reason}" : $"{argv[0]} {completed.Ending}");
    }

    private static string Tail(string text) => text.Length <= MostReason ? text : text[^MostReason..];

    private static CompletedProcess Start(IReadOnlyList<string> argv, SafeHandle[] files, RunOptions options)
    {
        var inherited = new List<InheritedDescriptor>(options.Descriptors);
        for (var i = 0; i < files.Length; i++)
        {
            // A program opens /proc/self/fd/N anew, and would wait for ever for the other end of a guest's FIFO.
            if (Descriptors.Stat(files[i]).Kind == FileKind.Fifo)
            {
                throw new DaemonException("EINVAL", $"{argv[0]}: a FIFO has no content to read");
            }

            inherited.Add(new(files[i], FirstInherited + i));
        }

        var complete = options with
        {
            Environment = options.Environment ?? CleanEnvironment,
            Deadline = options.Deadline ?? DefaultDeadline,
            Descriptors = inherited,
        };
        if (Find(argv[0]) is null)
        {
            throw new DaemonException("ENOENT", $"{argv[0]}: the appliance has no such program");
        }

        return ChildProcess.Run(argv, complete);
    }
}
