using Microsoft.Extensions.Logging.Abstractions;
using VirtTools.Appliance;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Launch;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Completion;

/// <summary>Lists a folder inside the guest for a shell.</summary>
internal static class GuestPathCandidates
{
    private const int MostCandidates = 2000;

    /// <summary>The paths that begin with the word; folders end with a slash. Nothing where the guest cannot be opened, without a complaint.</summary>
    /// <param name="options">Tells the images and what is mounted.</param>
    /// <param name="word">Path inside the guest, as far as it is typed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(MountingOptions options, string word, CancellationToken cancellationToken)
    {
        if (options.Drives.Count == 0 || (word.Length > 0 && word[0] != '/'))
        {
            return [];
        }

        var folder = word[..(word.LastIndexOf('/') + 1)] is { Length: > 0 } typed ? typed : "/";
        List<string> found = [];
        try
        {
            // Building an appliance takes minutes, in which nobody waits for a list of names.
            if (new ApplianceLocator().Find() is null || !IsQuick(CacheFolder.Open().Path, Qemu()))
            {
                return [];
            }

            CommandContext silent = new(new("completion", Stream.Null, Stream.Null), NullLogger.Instance);
            await OpenedGuest.RunAsync(options, GuestAccess.ReadOnly, silent, ListAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is GuestfsException or CommandFailedException or ApplianceException or LaunchException or PosixException or OperationCanceledException)
        {
            return [];
        }

        return found;

        async Task ListAsync(OpenGuest open, CancellationToken stop)
        {
            var entries = await open.Guest.ReaddirAsync(folder, stop).ConfigureAwait(false);
            found.AddRange(entries
                .Where(e => e.Name is not ("." or "..") && !e.Name.Any(char.IsControl))
                .Select(e => folder + e.Name + (e.Ftyp == 'd' ? "/" : ""))
                .Where(path => path.StartsWith(word, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Take(MostCandidates));
        }
    }

    /// <summary>
    /// Whether a guest is there before a person has stopped waiting. Booting under emulation takes longer, and a template whose making is broken off is there
    /// the next time neither.
    /// </summary>
    internal static bool IsQuick(string cacheFolder, QemuBinary qemu) =>
        TemplateStore.Open(cacheFolder)?.Folders() is { Count: > 0 } || HostKnowledge.Load(cacheFolder, qemu).KvmWorks == true;

    private static QemuBinary Qemu()
    {
        using var guest = new Guestfs();
        return QemuBinary.Find(guest.GetHv());
    }
}
