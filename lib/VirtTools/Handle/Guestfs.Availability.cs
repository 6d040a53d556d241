using VirtTools.Declarations;

namespace VirtTools;

/// <summary>Which feature groups the appliance has (manual, AVAILABILITY).</summary>
public sealed partial class Guestfs
{
    private const int GroupAvailable = 0;
    private const int GroupUnknown = 2;

    [SyncTwin]
    private protected override async Task AvailableCoreAsync(IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        foreach (var group in groups)
        {
            if (await AskAboutGroupAsync(ActionDescriptors.Available, group, cancellationToken).ConfigureAwait(false) != GroupAvailable)
            {
                throw Error(ActionDescriptors.Available, "ENOTSUP", $"{group}: the appliance does not have this feature group");
            }
        }
    }

    [SyncTwin]
    private protected override async Task<bool> FeatureAvailableCoreAsync(IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        foreach (var group in groups)
        {
            if (await AskAboutGroupAsync(ActionDescriptors.FeatureAvailable, group, cancellationToken).ConfigureAwait(false) != GroupAvailable)
            {
                return false;
            }
        }

        return true;
    }

    [SyncTwin]
    private async ValueTask<int> AskAboutGroupAsync(ActionDescriptor action, string group, CancellationToken cancellationToken)
    {
        var answer = await InternalFeatureAvailableAsync(group, cancellationToken).ConfigureAwait(false);
        return answer == GroupUnknown ? throw Error(action, "EINVAL", $"{group}: unknown feature group") : answer;
    }
}
