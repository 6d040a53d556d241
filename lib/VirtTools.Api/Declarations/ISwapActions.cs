namespace VirtTools.Declarations;

/// <summary>Swap space.</summary>
[Actions]
internal interface ISwapActions
{
    /// <summary>Makes swap space on a device.</summary>
    /// <param name="label">Label.</param>
    /// <param name="uuid">UUID.</param>
    [DaemonAction(130), Since(1, 0, 55), ShellAlias("mkswap-opts")]
    void Mkswap([Device] string device, [Optional] string? label, [Optional] string? uuid);

    /// <summary>Makes swap space with a label.</summary>
    /// <param name="label">Label.</param>
    [DaemonAction(131, Name = "mkswap_L"), Since(1, 0, 55), DeprecatedBy("mkswap")]
    void MkswapL(string label, [Device] string device);

    /// <summary>Makes swap space with a UUID.</summary>
    /// <param name="uuid">UUID.</param>
    [DaemonAction(132, Name = "mkswap_U"), Since(1, 0, 55), FeatureGroup("linuxfsuuid"), DeprecatedBy("mkswap")]
    void MkswapU(string uuid, [Device] string device);

    /// <summary>Makes swap space in a file.</summary>
    [DaemonAction(178), Since(1, 0, 66)]
    void MkswapFile([Pathname] string path);

    /// <summary>Starts to swap to a device.</summary>
    [DaemonAction(170), Since(1, 0, 66)]
    void SwaponDevice([Device] string device);

    /// <summary>Stops to swap to a device.</summary>
    [DaemonAction(171), Since(1, 0, 66)]
    void SwapoffDevice([Device] string device);

    /// <summary>Starts to swap to a file.</summary>
    [DaemonAction(172), Since(1, 0, 66)]
    void SwaponFile([Pathname] string file);

    /// <summary>Stops to swap to a file.</summary>
    [DaemonAction(173), Since(1, 0, 66)]
    void SwapoffFile([Pathname] string file);

    /// <summary>Starts to swap to the device with that label.</summary>
    /// <param name="label">Label.</param>
    [DaemonAction(174), Since(1, 0, 66)]
    void SwaponLabel(string label);

    /// <summary>Stops to swap to the device with that label.</summary>
    /// <param name="label">Label.</param>
    [DaemonAction(175), Since(1, 0, 66)]
    void SwapoffLabel(string label);

    /// <summary>Starts to swap to the device with that UUID.</summary>
    /// <param name="uuid">UUID.</param>
    [DaemonAction(176), Since(1, 0, 66), FeatureGroup("linuxfsuuid")]
    void SwaponUuid(string uuid);

    /// <summary>Stops to swap to the device with that UUID.</summary>
    /// <param name="uuid">UUID.</param>
    [DaemonAction(177), Since(1, 0, 66), FeatureGroup("linuxfsuuid")]
    void SwapoffUuid(string uuid);
}
