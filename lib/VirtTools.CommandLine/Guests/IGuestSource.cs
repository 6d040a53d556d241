using VirtTools.CommandLine.Options;

namespace VirtTools.CommandLine.Guests;

/// <summary>Where the guests come from that a command looks at again and again.</summary>
internal interface IGuestSource
{
    /// <summary>The images of each guest there is now.</summary>
    /// <exception cref="VirtTools.CommandLine.Running.CommandFailedException">They cannot be listed at the moment.</exception>
    Task<IReadOnlyList<IReadOnlyList<DriveChoice>>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>The guests that the command line names.</summary>
internal sealed class NamedGuests(IReadOnlyList<IReadOnlyList<DriveChoice>> guests) : IGuestSource
{
    public Task<IReadOnlyList<IReadOnlyList<DriveChoice>>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(guests);
}
