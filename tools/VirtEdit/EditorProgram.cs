using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;
using ExitStatus = VirtTools.Posix.ExitStatus;

namespace VirtTools.Commands;

/// <summary>Lets a person, or a script that EDITOR names, edit the content as a file of the host.</summary>
/// <param name="editor">The program and its arguments; the file is put behind them.</param>
/// <param name="temporaryFolder">Where the file is, in a folder of its own.</param>
internal sealed class EditorProgram(IReadOnlyList<string> editor, string temporaryFolder) : IFileChange
{
    private const uint OwnerOnly = 0x180; // 0600
    private const int LongestName = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public async Task<ContentFile> ApplyAsync(ContentFile before, string path, CancellationToken cancellationToken)
    {
        var program = ProgramPath.Find(editor[0])
            ?? throw new CommandFailedException($"{editor[0]}: no such program; set EDITOR to an editor that this host has, or use -e or --replace");
        using var folder = PrivateFolder.Create(temporaryFolder);
        var file = $"{folder.Path}/{NameFor(path)}";
        await CopyAsync(before, file, cancellationToken).ConfigureAwait(false);
        var exit = await RunAsync(program, [.. editor, file], cancellationToken).ConfigureAwait(false);
        if (!exit.IsSuccess)
        {
            throw new CommandFailedException($"{path} is left as it was: {editor[0]} {exit}");
        }

        try
        {
            // A pipe would be waited for.
            return Descriptors.LStat(file).Kind == FileKind.Regular
                ? ContentFile.Open(file)
                : throw new EditFailedException($"{editor[0]} left something else than a file behind");
        }
        catch (PosixException e)
        {
            throw new EditFailedException($"{editor[0]} left no file behind: {Errno.Message(e.Errno)}");
        }
    }

    /// <summary>
    /// A name by which an editor knows what kind of file it is. No dot in front: editors read settings from files such as .exrc or .editorconfig
    /// beside what they edit, and a guest must not choose them.
    /// </summary>
    internal static string NameFor(string path)
    {
        var name = string.Concat(path[(path.LastIndexOf('/') + 1)..].TrimStart('.').Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        return name.Length switch
        {
            0 => "file",
            > LongestName => name[^LongestName..].TrimStart('.') is { Length: > 0 } end ? end : "file",
            _ => name,
        };
    }

    private static async Task CopyAsync(ContentFile content, string path, CancellationToken cancellationToken)
    {
        var file = Descriptors.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, OwnerOnly);
        await using var target = new FileStream(file, FileAccess.Write);
        await using var source = content.OpenRead();
        await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
    }

    // In our process group: it is the editor that has the terminal.
    private async Task<ExitStatus> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var ignored = Signals.IgnoreInterrupt();
        using var child = ChildProcess.Start(program, arguments, new() { Descriptors = [.. Standard()] });
        await using var registration = cancellationToken.Register(() => _ = EndAsync(child));
        var exit = await child.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return exit;
    }

    // An editor puts the terminal right when it is asked to end; one that does not end is ended.
    private static async Task EndAsync(ChildProcess child)
    {
        child.Kill(Signals.Terminate);
        await Task.Delay(s_patience, CancellationToken.None).ConfigureAwait(false);
        child.Kill();
    }

    // Those that are open here; cron closes some.
    private static IEnumerable<InheritedDescriptor> Standard()
    {
        for (var number = 0; number <= 2; number++)
        {
            var handle = new SafeFileHandle(number, ownsHandle: false);
            if (IsOpen(handle))
            {
                yield return new(handle, number);
            }
        }
    }

    private static bool IsOpen(SafeFileHandle handle)
    {
        try
        {
            Descriptors.GetFlags(handle);
            return true;
        }
        catch (PosixException)
        {
            return false;
        }
    }
}
