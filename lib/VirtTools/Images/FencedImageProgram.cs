using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtTools.Launch;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Images;

/// <summary>The files that qemu-img may reach.</summary>
/// <param name="Folder">Where it starts, so that names of files in there need no path.</param>
/// <param name="Written">Paths of files that it may write.</param>
/// <param name="Read">Open files that it may open again by their names, to read them.</param>
/// <param name="Owner">Whose files they are: root becomes that user.</param>
internal sealed record FencedFiles(string Folder, IReadOnlyList<string> Written, IReadOnlyList<SafeFileHandle> Read, FileStatus Owner);

/// <summary>
/// qemu-img on images of unknown origin. It starts as QEMU does, behind virttools-launch: out of reach of every file that it was not given, and gone
/// when this process is.
/// </summary>
internal static class FencedImageProgram
{
    private const string Name = "qemu-img";
    private const int FirstDescriptor = 3;

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">What follows the name of the program.</param>
    /// <param name="files">What it works on.</param>
    /// <exception cref="LaunchException">It is not installed, or cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It has been killed.</exception>
    public static CompletedProcess Run(IReadOnlyList<string> arguments, FencedFiles files, CancellationToken cancellationToken)
    {
        var path = ProgramPath.Find(Name) ?? throw new LaunchException($"{Name} is not installed; install the package qemu-utils");
        var program = QemuBinary.Find(path);
        try
        {
            return ChildProcess.Run(
                [.. LauncherProgram.Words(), .. Confinement(program, files), "--", program.Path, .. arguments],
                new()
                {
                    Environment = QemuEnvironment.For(program),
                    WorkingDirectory = files.Folder,
                    Descriptors = [.. files.Read.Select((handle, index) => new InheritedDescriptor(handle, FirstDescriptor + index))],
                    OwnProcessGroup = true,
                },
                cancellationToken);
        }
        catch (PosixException e)
        {
            throw new LaunchException($"{Name} could not be started: {e.Message}; install the package qemu-utils again", e);
        }
    }

    private static List<string> Confinement(QemuBinary program, FencedFiles files)
    {
        List<string> words =
        [
            "--parent", Text(Environment.ProcessId),
            "--descriptors", Text(FirstDescriptor - 1 + files.Read.Count),
        ];
        if (Libc.GetEUid() == 0)
        {
            words.AddRange(files.Owner.UserId == 0 ? ["--drop-capabilities"] : ["--user", $"{files.Owner.UserId}:{files.Owner.GroupId}"]);
        }

        if (program.IsWrapper)
        {
            return words;
        }

        words.Add("--fence");
        foreach (var place in (IEnumerable<string>)[.. Fence.SystemPlaces, .. Fence.ProgramPlaces(program)])
        {
            words.AddRange(["--read", place]);
        }

        foreach (var file in (IEnumerable<string>)["/dev/null", .. files.Written])
        {
            words.AddRange(["--write", file]);
        }

        for (var index = 0; index < files.Read.Count; index++)
        {
            words.AddRange(["--read-descriptor", Text(FirstDescriptor + index)]);
        }

        return words;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
