namespace VirtTools.Commands;

/// <summary>What the library itself puts together of a guest, from several answers of the appliance.</summary>
internal interface IGuestDetails
{
    /// <summary>Short name in libosinfo's database, <c>unknown</c> where there is none.</summary>
    Task<string> OsinfoAsync(string root, CancellationToken cancellationToken);

    /// <summary>What is installed; the guest is mounted.</summary>
    Task<IReadOnlyList<Application2>> ApplicationsAsync(string root, CancellationToken cancellationToken);

    /// <summary>A PNG image; empty where there is none. The guest is mounted.</summary>
    Task<byte[]> IconAsync(string root, CancellationToken cancellationToken);
}

/// <summary>Asks a handle.</summary>
internal sealed class GuestDetails(GuestActions guest) : IGuestDetails
{
    public Task<string> OsinfoAsync(string root, CancellationToken cancellationToken) => guest.InspectGetOsinfoAsync(root, cancellationToken);

    public async Task<IReadOnlyList<Application2>> ApplicationsAsync(string root, CancellationToken cancellationToken) =>
        await guest.InspectListApplications2Async(root, cancellationToken).ConfigureAwait(false);

    public Task<byte[]> IconAsync(string root, CancellationToken cancellationToken) =>
        guest.InspectGetIconAsync(root, cancellationToken: cancellationToken);
}
