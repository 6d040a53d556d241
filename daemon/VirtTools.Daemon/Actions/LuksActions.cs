using System.Globalization;
using System.Runtime.InteropServices;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Encryption;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on encrypted devices. Keys go to the program as inherited descriptors, never on its command line.</summary>
internal sealed class LuksActions(DeviceResolver devices) : UnsupportedLuksActions
{
    private const string MapperPrefix = "/dev/mapper/";
    private const string ReservedName = "control";

    // cryptsetup(8), RETURN CODES: no permission, which means a bad passphrase.
    private const int BadPassphrase = 2;

    public override string LuksUuid(string device) => ProgramRunner.Run(["cryptsetup", "luksUUID", device]).Trim();

    public override void CryptsetupOpen(string device, string key, string mapName, bool? readOnly, string? cryptType, string? cipher)
    {
        if (mapName is "" or ReservedName or "." or ".." || mapName.Contains('/'))
        {
            throw new DaemonException("EINVAL", $"mapname: no name for a device below {MapperPrefix}: {mapName}");
        }

        if (Descriptors.TryStat(MapperPrefix + mapName) is not null)
        {
            throw new DaemonException("EEXIST", $"{MapperPrefix}{mapName}: the device exists already");
        }

        var options = new OptionList();
        options.Flag("--readonly", readOnly);
        options.Text("--type", cryptType ?? TypeOf(device));
        options.Text("--cipher", cipher);
        using var file = new KeyFile(key);
        string[] argv = ["cryptsetup", "open", "--batch-mode", "--key-file", ProgramRunner.InheritedPath(0), .. options.Words, "--", device, mapName];
        var completed = ProgramRunner.TryRun(argv, file.Handle);
        if (completed.Exit.ExitCode == BadPassphrase)
        {
            throw new DaemonException("EPERM", $"{devices.ToApi(device)}: this is not a key of the device");
        }

        ProgramRunner.Require(argv, completed);
    }

    public override void CryptsetupClose(string device)
    {
        if (!device.StartsWith(MapperPrefix, StringComparison.Ordinal))
        {
            throw new DaemonException("EINVAL", $"{devices.ToApi(device)}: not a device below {MapperPrefix}");
        }

        ProgramRunner.Run(["cryptsetup", "close", "--", device[MapperPrefix.Length..]]);
    }

    public override void LuksOpen(string device, string key, string mapName) => CryptsetupOpen(device, key, mapName, false, "luks", null);

    public override void LuksOpenRo(string device, string key, string mapName) => CryptsetupOpen(device, key, mapName, true, "luks", null);

    public override void LuksClose(string device) => CryptsetupClose(device);

    public override void LuksFormat(string device, string key, int keySlot) => Format(device, key, keySlot, null);

    public override void LuksFormatCipher(string device, string key, int keySlot, string cipher) => Format(device, key, keySlot, cipher);

    public override void LuksAddKey(string device, string key, string newKey, int keySlot)
    {
        using var old = new KeyFile(key);
        using var added = new KeyFile(newKey);
        SafeHandle[] inherited = [old.Handle, added.Handle];
        ProgramRunner.Run(
        [
            "cryptsetup", "luksAddKey", "--batch-mode", "--key-file", ProgramRunner.InheritedPath(0), "--key-slot", Slot(keySlot), "--", device,
            ProgramRunner.InheritedPath(1),
        ], inherited);
    }

    public override void LuksKillSlot(string device, string key, int keySlot)
    {
        using var file = new KeyFile(key);
        ProgramRunner.Run(
            ["cryptsetup", "luksKillSlot", "--batch-mode", "--key-file", ProgramRunner.InheritedPath(0), "--", device, Slot(keySlot)], file.Handle);
    }

    private static void Format(string device, string key, int keySlot, string? cipher)
    {
        var options = new OptionList();
        options.Text("--cipher", cipher);
        using var file = new KeyFile(key);
        ProgramRunner.Run(
        [
            "cryptsetup", "luksFormat", "--batch-mode", .. options.Words, "--key-slot", Slot(keySlot), "--", device, ProgramRunner.InheritedPath(0),
        ], file.Handle);
    }

    private string TypeOf(string device) => BlockIdLibrary.Probe(device).Type switch
    {
        "crypto_LUKS" => "luks",
        "BitLocker" => "bitlk",
        var type => throw new DaemonException(
            "EINVAL", $"{devices.ToApi(device)}: neither LUKS nor BitLocker, but {type ?? "nothing known"}; say by 'crypttype' what it is"),
    };

    private static string Slot(int slot) =>
        slot >= 0 ? slot.ToString(CultureInfo.InvariantCulture) : throw new DaemonException("EINVAL", $"keyslot: {slot} is less than 0");
}
