using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launch.Templates;

/// <summary>A template that was found good: its files are open, so that nobody can exchange them any more.</summary>
internal sealed class Template : IDisposable
{
    /// <summary>The names of its files.</summary>
    public const string MemoryName = "memory", StateName = "state";

    private const int LargestManifest = 64 * 1024;

    private Template(string folder, TemplateManifest manifest, SafeFileHandle memory, SafeFileHandle state)
    {
        Folder = folder;
        Manifest = manifest;
        Memory = memory;
        State = state;
    }

    /// <summary>The folder that holds it.</summary>
    public string Folder { get; }

    public TemplateManifest Manifest { get; }

    /// <summary>What the machine had in memory; opened for reading only.</summary>
    public SafeFileHandle Memory { get; }

    /// <summary>The state of its devices, as QEMU's migration writes it.</summary>
    public SafeFileHandle State { get; }

    /// <summary>Opens a template.</summary>
    /// <param name="folder">The folder of one template.</param>
    /// <param name="objection">Why it cannot be used; null where there is none.</param>
    /// <returns>Null where there is none, or one that cannot be used.</returns>
    public static Template? TryOpen(string folder, out string? objection)
    {
        objection = null;
        SafeFileHandle? memory = null;
        SafeFileHandle? state = null;
        try
        {
            if (ReadManifest(folder) is not { } manifest)
            {
                objection = "its manifest is damaged";
                return null;
            }

            memory = Open($"{folder}/{MemoryName}");
            state = Open($"{folder}/{StateName}");
            if (FileIdentity.Of(Descriptors.Stat(memory)) != manifest.Memory.Identity || FileIdentity.Of(Descriptors.Stat(state)) != manifest.State.Identity)
            {
                objection = "its files are not those that were made";
                return null;
            }

            var template = new Template(folder, manifest, memory, state);
            memory = state = null;
            return template;
        }
        catch (PosixException e)
        {
            objection = e.Errno is Errno.ENOENT or Errno.ENOTDIR && Descriptors.TryStat(folder) is null ? null : e.Message;
            return null;
        }
        finally
        {
            memory?.Dispose();
            state?.Dispose();
        }
    }

    /// <summary>Whether the content is still what was made: reads all of it.</summary>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public bool IsIntact(CancellationToken cancellationToken) =>
        TemplateContent.HashOf(Memory, cancellationToken) == Manifest.Memory.Sha256
        && TemplateContent.HashOf(State, cancellationToken) == Manifest.State.Sha256;

    public void Dispose()
    {
        Memory.Dispose();
        State.Dispose();
    }

    private static TemplateManifest? ReadManifest(string folder)
    {
        using var file = Open($"{folder}/{TemplateManifest.FileName}");
        var json = new byte[LargestManifest];
        return TemplateManifest.Parse(json.AsSpan(0, Descriptors.ReadAt(file, json, 0)));
    }

    private static SafeFileHandle Open(string path) => Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
}
