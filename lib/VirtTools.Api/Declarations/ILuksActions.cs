namespace VirtTools.Declarations;

/// <summary>Encrypted block devices.</summary>
[Actions]
internal interface ILuksActions
{
    /// <summary>The UUID of a LUKS device.</summary>
    [DaemonAction(507), Since(1, 41, 9), FeatureGroup("luks")]
    string LuksUuid([Device] string device);

    /// <summary>Opens an encrypted device as <c>/dev/mapper/NAME</c>.</summary>
    /// <param name="mapName">The name.</param>
    /// <param name="readOnly">Open it for reading only.</param>
    /// <param name="cryptType"><c>luks</c>, <c>luks1</c>, <c>luks2</c> or <c>bitlk</c>; null to find out.</param>
    /// <param name="cipher">Cipher for types that do not say it themselves.</param>
    /// <exception cref="GuestfsException">EPERM: no key slot takes that passphrase.</exception>
    [DaemonAction(508), Since(1, 43, 2), FeatureGroup("luks")]
    void CryptsetupOpen(
        [Device] string device,
        [Key] string key,
        string mapName,
        [Optional] bool? readOnly,
        [Optional] string? cryptType,
        [Optional] string? cipher);

    /// <summary>Closes an opened device.</summary>
    /// <param name="device">The opened device, as <c>/dev/mapper/NAME</c>.</param>
    [DaemonAction(509), Since(1, 43, 2), FeatureGroup("luks")]
    void CryptsetupClose([Device] string device);

    /// <summary>Opens a LUKS device as <c>/dev/mapper/NAME</c>.</summary>
    /// <param name="mapName">The name.</param>
    [DaemonAction(257), Since(1, 5, 1), FeatureGroup("luks"), DeprecatedBy("cryptsetup_open")]
    void LuksOpen([Device] string device, [Key] string key, string mapName);

    /// <summary>Opens a LUKS device as <c>/dev/mapper/NAME</c> for reading only.</summary>
    /// <param name="mapName">The name.</param>
    [DaemonAction(258), Since(1, 5, 1), FeatureGroup("luks"), DeprecatedBy("cryptsetup_open")]
    void LuksOpenRo([Device] string device, [Key] string key, string mapName);

    /// <summary>Closes an opened device.</summary>
    /// <param name="device">The opened device, as <c>/dev/mapper/NAME</c>.</param>
    [DaemonAction(259), Since(1, 5, 1), FeatureGroup("luks"), DeprecatedBy("cryptsetup_close")]
    void LuksClose([Device] string device);

    /// <summary>Makes a LUKS device; what it held is lost.</summary>
    /// <param name="keySlot">Key slot for the passphrase, from 0.</param>
    [DaemonAction(260), Since(1, 5, 2), FeatureGroup("luks")]
    void LuksFormat([Device] string device, [Key] string key, int keySlot);

    /// <summary>Makes a LUKS device with a cipher; what it held is lost.</summary>
    /// <param name="keySlot">Key slot for the passphrase, from 0.</param>
    /// <param name="cipher">Cipher such as <c>aes-xts-plain64</c>.</param>
    [DaemonAction(261), Since(1, 5, 2), FeatureGroup("luks")]
    void LuksFormatCipher([Device] string device, [Key] string key, int keySlot, string cipher);

    /// <summary>Adds a passphrase.</summary>
    /// <param name="key">A passphrase that opens the device already.</param>
    /// <param name="newKey">The passphrase to add.</param>
    /// <param name="keySlot">Key slot for the new passphrase, from 0.</param>
    [DaemonAction(262), Since(1, 5, 2), FeatureGroup("luks")]
    void LuksAddKey([Device] string device, [Key] string key, [Key] string newKey, int keySlot);

    /// <summary>Takes a key slot out of use.</summary>
    /// <param name="key">A passphrase of another key slot.</param>
    /// <param name="keySlot">The key slot, from 0.</param>
    [DaemonAction(263), Since(1, 5, 2), FeatureGroup("luks")]
    void LuksKillSlot([Device] string device, [Key] string key, int keySlot);
}
