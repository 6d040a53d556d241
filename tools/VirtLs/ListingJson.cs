using System.Text.Json;
using VirtTools.CommandLine.Guests;

namespace VirtTools.Commands;

/// <summary>Writes listings as one JSON document.</summary>
/// <param name="open">A guest whose file systems are mounted.</param>
/// <param name="options">What is listed.</param>
/// <param name="complain">Gets a sentence for each directory or file that cannot be read.</param>
internal sealed class ListingJson(OpenGuest open, ListOptions options, Action<string> complain)
{
    private const int FlushThreshold = 32 * 1024;

    /// <summary>Writes <c>{"entries":[...]}</c> and a newline.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        // Synchronous flushes: the output is a pipe or a file, whose errors the stream turns into its own exceptions.
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var directory in options.Directories)
            {
                await WriteDirectoryAsync(json, directory, cancellationToken).ConfigureAwait(false);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private async Task WriteDirectoryAsync(Utf8JsonWriter json, string directory, CancellationToken cancellationToken)
    {
        string path;
        try
        {
            path = await open.Paths.ResolveAsync(directory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (GuestFailure.IsAboutFile(e))
        {
            complain(GuestFailure.Describe(e, directory));
            return;
        }

        if (options.Mode is ListMode.Names or ListMode.Recursive)
        {
            foreach (var name in await NamesAsync(path, cancellationToken).ConfigureAwait(false))
            {
                EntryJson.WriteName(json, directory, name);
                FlushWhenFull(json);
            }

            return;
        }

        var walk = new FileWalk(open.Guest, options.Checksum, complain);
        var entries = options.Mode == ListMode.Long
            ? walk.InAsync(path, cancellationToken)
            : walk.BelowAsync(path, cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            EntryJson.Write(json, directory, entry, options.Checksum);
            FlushWhenFull(json);
        }
    }

    private async Task<string[]> NamesAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return options.Mode == ListMode.Names
                ? await open.Guest.LsAsync(directory, cancellationToken).ConfigureAwait(false)
                : Relative(await open.Guest.FindAsync(directory, cancellationToken).ConfigureAwait(false));
        }
        catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
        {
            complain(GuestFailure.Describe(e, directory));
            return [];
        }
    }

    /// <summary>Names below any directory that does not end in a slash begin with one; see the action find0.</summary>
    private static string[] Relative(string[] names) => [.. names.Select(name => name.TrimStart('/'))];

    private static void FlushWhenFull(Utf8JsonWriter json)
    {
        if (json.BytesPending > FlushThreshold)
        {
            json.Flush();
        }
    }
}
