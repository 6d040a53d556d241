namespace VirtTools.Declarations;

/// <summary>Copies inside the guest, of any size.</summary>
[Actions]
internal interface ICopyActions
{
    /// <summary>Copies a device to a device.</summary>
    /// <param name="src">The device to read.</param>
    /// <param name="dest">The device to write.</param>
    /// <param name="srcOffset">First byte to read.</param>
    /// <param name="destOffset">First byte to write.</param>
    /// <param name="size">How many bytes; null for all.</param>
    /// <param name="sparse">Do not write blocks of zeros.</param>
    /// <param name="append">Not for devices.</param>
    [DaemonAction(294), Since(1, 13, 25), Progress]
    void CopyDeviceToDevice(
        [Device] string src,
        [Device] string dest,
        [Optional] long? srcOffset,
        [Optional] long? destOffset,
        [Optional] long? size,
        [Optional] bool? sparse,
        [Optional] bool? append);

    /// <summary>Copies a device to a file.</summary>
    /// <param name="src">The device to read.</param>
    /// <param name="dest">The file to write.</param>
    /// <param name="srcOffset">First byte to read.</param>
    /// <param name="destOffset">First byte to write.</param>
    /// <param name="size">How many bytes; null for all.</param>
    /// <param name="sparse">Leave holes for blocks of zeros.</param>
    /// <param name="append">Write at the end of the file.</param>
    [DaemonAction(295), Since(1, 13, 25), Progress]
    void CopyDeviceToFile(
        [Device] string src,
        [Pathname] string dest,
        [Optional] long? srcOffset,
        [Optional] long? destOffset,
        [Optional] long? size,
        [Optional] bool? sparse,
        [Optional] bool? append);

    /// <summary>Copies a file to a device.</summary>
    /// <param name="src">The file to read.</param>
    /// <param name="dest">The device to write.</param>
    /// <param name="srcOffset">First byte to read.</param>
    /// <param name="destOffset">First byte to write.</param>
    /// <param name="size">How many bytes; null for all.</param>
    /// <param name="sparse">Do not write blocks of zeros.</param>
    /// <param name="append">Not for devices.</param>
    [DaemonAction(296), Since(1, 13, 25), Progress]
    void CopyFileToDevice(
        [Pathname] string src,
        [Device] string dest,
        [Optional] long? srcOffset,
        [Optional] long? destOffset,
        [Optional] long? size,
        [Optional] bool? sparse,
        [Optional] bool? append);

    /// <summary>Copies a file to a file.</summary>
    /// <param name="src">The file to read.</param>
    /// <param name="dest">The file to write.</param>
    /// <param name="srcOffset">First byte to read.</param>
    /// <param name="destOffset">First byte to write.</param>
    /// <param name="size">How many bytes; null for all.</param>
    /// <param name="sparse">Leave holes for blocks of zeros.</param>
    /// <param name="append">Write at the end of the file.</param>
    [DaemonAction(297), Since(1, 13, 25), Progress]
    void CopyFileToFile(
        [Pathname] string src,
        [Pathname] string dest,
        [Optional] long? srcOffset,
        [Optional] long? destOffset,
        [Optional] long? size,
        [Optional] bool? sparse,
        [Optional] bool? append);

    /// <summary>Copies the start of a file or device.</summary>
    /// <param name="src">Where to read.</param>
    /// <param name="dest">Where to write.</param>
    /// <param name="size">How many bytes.</param>
    /// <exception cref="GuestfsException">EINVAL: the source is smaller.</exception>
    [DaemonAction(227), Since(1, 0, 87), DeprecatedBy("copy_device_to_device"), Progress]
    void CopySize([DeviceOrPath] string src, [DeviceOrPath] string dest, long size);

    /// <summary>Copies a file or device whole.</summary>
    /// <param name="src">Where to read.</param>
    /// <param name="dest">Where to write.</param>
    [DaemonAction(217), Since(1, 0, 80), DeprecatedBy("copy_device_to_device")]
    void Dd([DeviceOrPath] string src, [DeviceOrPath] string dest);
}
