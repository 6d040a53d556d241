using System.Runtime.CompilerServices;
using VirtTools.CommandLine.Guests;

namespace VirtTools.Commands;

/// <summary>Walks over a directory tree of the guest: a directory before its content, names in byte order.</summary>
/// <param name="guest">A guest whose file systems are mounted.</param>
/// <param name="checksumType">Checksum of regular files; null for none.</param>
/// <param name="complain">Gets a sentence for each directory or file that cannot be read.</param>
internal sealed class FileWalk(GuestActions guest, string? checksumType, Action<string> complain)
{
    /// <summary>Names of one request to the guest; more would pass the limit of a message.</summary>
    private const int NamesPerRequest = 1000;

    /// <summary>The directory itself, then everything below it.</summary>
    public async IAsyncEnumerable<FileEntry> BelowAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        directory = WithoutLastSlash(directory);
        var root = await EntryAsync(directory, cancellationToken).ConfigureAwait(false);
        if (root is null)
        {
            yield break;
        }

        yield return root;
        var open = new Stack<IAsyncEnumerator<FileEntry>>();
        open.Push(InAsync(directory, cancellationToken).GetAsyncEnumerator(cancellationToken));
        while (open.TryPeek(out var current))
        {
            if (!await current.MoveNextAsync().ConfigureAwait(false))
            {
                await open.Pop().DisposeAsync().ConfigureAwait(false);
                continue;
            }

            yield return current.Current;
            if (current.Current.IsDirectory)
            {
                open.Push(InAsync(current.Current.Path, cancellationToken).GetAsyncEnumerator(cancellationToken));
            }
        }
    }

    /// <summary>What a directory holds.</summary>
    public async IAsyncEnumerable<FileEntry> InAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var names in (await NamesAsync(directory, cancellationToken).ConfigureAwait(false)).Chunk(NamesPerRequest))
        {
            var statuses = await guest.LstatnslistAsync(directory, names, cancellationToken).ConfigureAwait(false);
            var links = names.Where((_, i) => FileEntry.IsLink(statuses[i])).ToArray();
            var targets = links.Length == 0 ? [] : await guest.ReadlinklistAsync(directory, links, cancellationToken).ConfigureAwait(false);
            var nextTarget = 0;
            for (var i = 0; i < names.Length; i++)
            {
                var path = Join(directory, names[i]);
                if (statuses[i].StIno == -1)
                {
                    complain($"no such file in the guest any more: {path}");
                    continue;
                }

                var target = FileEntry.IsLink(statuses[i]) ? targets[nextTarget++] : null;
                yield return new(path, statuses[i], target, await ChecksumAsync(path, statuses[i], cancellationToken).ConfigureAwait(false));
            }
        }
    }

    private async Task<FileEntry?> EntryAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var status = await guest.LstatnsAsync(path, cancellationToken).ConfigureAwait(false);
            var target = FileEntry.IsLink(status) ? await guest.ReadlinkAsync(path, cancellationToken).ConfigureAwait(false) : null;
            return new(path, status, target, await ChecksumAsync(path, status, cancellationToken).ConfigureAwait(false));
        }
        catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
        {
            complain(GuestFailure.Describe(e, path));
            return null;
        }
    }

    private async Task<string[]> NamesAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return await guest.LsAsync(directory, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
        {
            complain(GuestFailure.Describe(e, directory));
            return [];
        }
    }

    private async Task<string?> ChecksumAsync(string path, StatNs status, CancellationToken cancellationToken)
    {
        if (checksumType is null || !FileEntry.IsRegular(status))
        {
            return null;
        }

        try
        {
            return await guest.ChecksumAsync(checksumType, path, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
        {
            complain(GuestFailure.Describe(e, path));
            return null;
        }
    }

    /// <summary>As the original shows <c>/etc/</c>; of several slashes at the end one goes.</summary>
    private static string WithoutLastSlash(string directory) => directory.Length > 1 && directory.EndsWith('/') ? directory[..^1] : directory;

    private static string Join(string directory, string name) => directory == "/" ? "/" + name : $"{directory}/{name}";
}
