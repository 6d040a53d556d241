using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;

namespace VirtTools.CommandLine.Keys;

/// <summary>Opens the encrypted devices of one guest with the keys that there are, also those inside others.</summary>
/// <param name="guest">A launched handle.</param>
/// <param name="keys">The keys.</param>
/// <param name="access">Whether the opened devices may be written.</param>
/// <param name="guestName">How a question for a key calls the guest.</param>
internal sealed class EncryptedDevices(GuestActions guest, KeyRing keys, GuestAccess access, string guestName)
{
    /// <summary>LUKS in a logical volume in LUKS is two; nobody has more, and each costs a search.</summary>
    private const int MostLayers = 4;
    private const string VolumeMemberType = "LVM2_member";

    private readonly HashSet<string> _seen = [];
    private readonly List<EncryptedDevice> _opened = [];
    private readonly List<LockedDevice> _locked = [];
    private int _warned;

    /// <summary>Those that stay closed.</summary>
    public IReadOnlyList<LockedDevice> Locked => _locked;

    /// <summary>Whether that path is a device that was opened here.</summary>
    public bool HasOpened(string path) => _opened.Exists(device => device.MapPath == path);

    /// <summary>The opened device, for a name of the encrypted one or for the name that the original gives to the opened one; null for any other.</summary>
    public string? OpenedAs(string path) =>
        _opened.Find(device => device.Name == path || path == "/dev/mapper/" + device.OriginalMapName)?.MapPath;

    /// <summary>Looks for encrypted devices and opens those for which there is a key; what was tried once is not tried again.</summary>
    /// <returns>Whether one more is open now.</returns>
    /// <exception cref="Running.CommandFailedException">A key cannot be read.</exception>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        var before = _opened.Count;
        for (var layer = 0; layer < MostLayers; layer++)
        {
            var openBefore = _opened.Count;
            foreach (var device in await EncryptedDeviceList.FindAsync(guest, cancellationToken).ConfigureAwait(false))
            {
                if (_seen.Add(device.Name))
                {
                    await OpenAsync(device, cancellationToken).ConfigureAwait(false);
                }
            }

            if (_opened.Count == openBefore)
            {
                break;
            }
        }

        return _opened.Count > before;
    }

    /// <summary>Names those that stay closed, each once.</summary>
    public void Warn(CommandStreams streams)
    {
        for (; _warned < _locked.Count; _warned++)
        {
            streams.Warn(_locked[_warned].ToString());
        }
    }

    private async Task OpenAsync(EncryptedDevice device, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        foreach (var key in keys.For(device, guestName, cancellationToken))
        {
            using var text = key.Text;
            try
            {
                await guest.CryptsetupOpenAsync(
                    device.Name, text.Value, device.MapName, new() { ReadOnly = access == GuestAccess.ReadOnly }, cancellationToken).ConfigureAwait(false);
                _opened.Add(device);
                await ActivateVolumesAsync(device, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (GuestfsException e) when (e.ErrnoName == "EPERM")
            {
                wrong.Add(key.Origin);
            }
            catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
            {
                _locked.Add(new(device, $"is encrypted ({device.Kind}) and cannot be opened: {e.Message}"));
                return;
            }
        }

        _locked.Add(new(device, wrong.Count == 0
            ? $"is encrypted ({device.Kind}): give --key {device.Name}:key:PASSPHRASE, or file: and a name instead of key:"
            : $"is encrypted ({device.Kind}), and no key given opens it: {string.Join(", ", wrong.Distinct())}"));
    }

    private async Task ActivateVolumesAsync(EncryptedDevice device, CancellationToken cancellationToken)
    {
        if (await guest.VfsTypeAsync(device.MapPath, cancellationToken).ConfigureAwait(false) == VolumeMemberType)
        {
            await guest.LvmScanAsync(activate: true, cancellationToken).ConfigureAwait(false);
        }
    }
}
