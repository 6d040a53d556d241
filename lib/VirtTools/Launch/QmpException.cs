namespace VirtTools.Launch;

/// <summary>QEMU answered a command with an error.</summary>
internal sealed class QmpException(string command, string errorClass, string description)
    : Exception($"QEMU refused {command}: {description}")
{
    /// <summary>QEMU's class of error, mostly <c>GenericError</c>; <c>CommandNotFound</c> and <c>DeviceNotFound</c> are others.</summary>
    public string ErrorClass { get; } = errorClass;

    /// <summary>What QEMU said.</summary>
    public string Description { get; } = description;
}

/// <summary>QEMU closed its monitor: it is ending or has ended.</summary>
internal sealed class QmpClosedException() : Exception("QEMU closed its monitor");
