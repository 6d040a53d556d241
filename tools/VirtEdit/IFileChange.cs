namespace VirtTools.Commands;

/// <summary>One of the ways to change the content of a file.</summary>
internal interface IFileChange
{
    /// <summary>Makes the new content out of the old, which stays as it is.</summary>
    /// <param name="before">The content.</param>
    /// <param name="path">Path of the file in the guest, for messages.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="EditFailedException">There is no new content; the file stays as it is, others can still be edited.</exception>
    /// <exception cref="CommandLine.Running.CommandFailedException">The same, and no other file is to be edited.</exception>
    Task<ContentFile> ApplyAsync(ContentFile before, string path, CancellationToken cancellationToken);
}

/// <summary>A file could not be edited and stays as it is; the message is the sentence that says why.</summary>
internal sealed class EditFailedException(string sentence) : Exception(sentence);
