using VirtTools.Declarations;
using VirtTools.Inspection;

namespace VirtTools;

/// <summary>Stands in for actions that are made on another branch: this file goes when the two come together.</summary>
public sealed partial class Guestfs
{
    private const string WindowsType = "windows";

    [SyncTwin]
    private protected override async Task<string> InspectGetOsinfoCoreAsync(string root, CancellationToken cancellationToken)
    {
        if (await InspectGetTypeAsync(root, cancellationToken).ConfigureAwait(false) != WindowsType)
        {
            return WindowsOsinfo.Unknown;
        }

        return WindowsOsinfo.IdOf(
            await InspectGetProductNameAsync(root, cancellationToken).ConfigureAwait(false),
            await InspectGetProductVariantAsync(root, cancellationToken).ConfigureAwait(false),
            await InspectGetMajorVersionAsync(root, cancellationToken).ConfigureAwait(false),
            await InspectGetMinorVersionAsync(root, cancellationToken).ConfigureAwait(false),
            await InspectGetBuildIdAsync(root, cancellationToken).ConfigureAwait(false));
    }

    private protected override byte[] InspectGetIconCore(string root, InspectGetIconOptions? options) => [];

    private protected override Task<byte[]> InspectGetIconCoreAsync(string root, InspectGetIconOptions? options, CancellationToken cancellationToken) =>
        Task.FromResult<byte[]>([]);

    private protected override Application2[] InspectListApplications2Core(string root) => [];

    private protected override Task<Application2[]> InspectListApplications2CoreAsync(string root, CancellationToken cancellationToken) =>
        Task.FromResult<Application2[]>([]);
}
