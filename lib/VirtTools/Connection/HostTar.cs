using VirtTools.Posix;

namespace VirtTools.Connection;

/// <summary>The host's tar at the other end of a pipe.</summary>
internal sealed class HostTar : IDisposable
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardErrorNumber = 2;

    private readonly ActionDescriptor _action;
    private readonly ChildProcess _process;

    private HostTar(ActionDescriptor action, ChildProcess process, Stream stream)
    {
        _action = action;
        _process = process;
        Stream = stream;
    }

    /// <summary>What tar writes, or where its input goes.</summary>
    public Stream Stream { get; }

    /// <summary>Packs <paramref name="name"/> in <paramref name="folder"/>.</summary>
    public static HostTar Pack(ActionDescriptor action, string folder, string name)
    {
        var pipe = Descriptors.CreatePipe();
        using (pipe.Writer)
        {
            var process = Start(action, ["tar", "-cf", "-", "-C", folder, "--", name], new InheritedDescriptor(pipe.Writer, StandardOutput));
            return new HostTar(action, process, new FileStream(pipe.Reader, FileAccess.Read, bufferSize: 0));
        }
    }

    /// <summary>Unpacks into <paramref name="folder"/>; GNU tar itself refuses names that lead out of it.</summary>
    public static HostTar Unpack(ActionDescriptor action, string folder)
    {
        var pipe = Descriptors.CreatePipe();
        using (pipe.Reader)
        {
            var process = Start(action, ["tar", "-xf", "-", "-C", folder], new InheritedDescriptor(pipe.Reader, StandardInput));
            return new HostTar(action, process, new FileStream(pipe.Writer, FileAccess.Write, bufferSize: 0));
        }
    }

    /// <summary>Waits until tar has done its work.</summary>
    /// <exception cref="GuestfsException">It failed; what it said stands on standard error.</exception>
    public void Finish()
    {
        Stream.Dispose();
        if (_process.WaitForExit() is { IsSuccess: false } status)
        {
            throw new GuestfsException(_action.Name, "EIO", $"{_action.Name}: tar {status}");
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        _process.Dispose();
    }

    private static ChildProcess Start(ActionDescriptor action, IReadOnlyList<string> arguments, InheritedDescriptor end)
    {
        var program = ProgramPath.Find("tar")
            ?? throw new GuestfsException(action.Name, "ENOENT", $"{action.Name}: tar is not installed on this host; install the package tar");
        using var errors = Descriptors.Duplicate(new Microsoft.Win32.SafeHandles.SafeFileHandle(StandardErrorNumber, ownsHandle: false));
        return ChildProcess.Start(program, arguments, new SpawnOptions { Descriptors = [end, new InheritedDescriptor(errors, StandardErrorNumber)] });
    }
}
