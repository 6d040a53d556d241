namespace VirtTools.GuestTests.Resize;

/// <summary>A file as a block device of the host, until it is disposed of.</summary>
internal sealed class LoopDevice : IDisposable
{
    private LoopDevice(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why there can be none here; null if there can.</summary>
    public static string? Objection() =>
        ResizedDisk.Run("losetup", "--find") is (not 0, var output) ? $"no loop device is to be had: {output}" : null;

    public static LoopDevice Attach(string file)
    {
        var (status, output) = ResizedDisk.Run("losetup", "--find", "--show", file);
        Assert.True(status == 0, output);
        return new(output.Trim());
    }

    public void Dispose() => Assert.Equal((0, ""), ResizedDisk.Run("losetup", "--detach", Path));
}

/// <summary>Skipped where nobody may attach a file as a loop device.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LoopDeviceFactAttribute : FactAttribute
{
    public LoopDeviceFactAttribute() => Skip = LoopDevice.Objection()!;
}
