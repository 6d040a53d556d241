using System.Runtime.InteropServices;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>A folder on the host that only its owner may enter, removed with what is in it, also when a signal ends the command.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private readonly IDisposable _lastAct;
    private readonly PosixSignalRegistration _hangUp;

    private PrivateFolder(string path)
    {
        Path = path;
        _lastAct = LastActs.Add(Remove);

        // A terminal that is closed ends the command by this signal; nobody else listens to it.
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => Remove());
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>A new one.</summary>
    /// <param name="parent">The temporary folder of the host.</param>
    /// <exception cref="CommandFailedException">The temporary folder cannot be written.</exception>
    public static PrivateFolder Create(string parent)
    {
        try
        {
            return new(Descriptors.CreateTemporaryDirectory($"{parent}/virt-edit-"));
        }
        catch (PosixException e)
        {
            throw new CommandFailedException($"the temporary folder cannot be used (TMPDIR names another): {e.Message}");
        }
    }

    public void Dispose()
    {
        _hangUp.Dispose();
        _lastAct.Dispose();
        Remove();
    }

    // An editor may have left its own files there.
    private void Remove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Removed already.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An editor still writes there, or took our permission away: nothing more can be done.
        }
    }
}
