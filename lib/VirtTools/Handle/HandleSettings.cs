using VirtTools.Launch;

namespace VirtTools.Handle;

/// <summary>What can be set on a handle before launch, with its defaults.</summary>
internal sealed class HandleSettings
{
    /// <summary>The least memory, in MiB, with which the appliance starts (manual, LIBGUESTFS_MEMSIZE).</summary>
    public const int LeastMemoryMiB = 256;

    /// <summary>Default for <see cref="LaunchDeadline"/>: a cold start under emulation on a loaded machine.</summary>
    public static readonly TimeSpan DefaultLaunchDeadline = TimeSpan.FromMinutes(5);

    public string? Hypervisor { get; set; }

    /// <summary>Search path for the appliance; null where nobody set one.</summary>
    public string? AppliancePath { get; set; }

    public string? Append { get; set; }

    public int MemoryMiB { get; set; } = LaunchConfiguration.DefaultMemoryMiB;

    public int Processors { get; set; } = 1;

    public bool Autosync { get; set; } = true;

    public bool Verbose { get; set; }

    public bool Network { get; set; }

    public bool RecoveryProcess { get; set; } = true;

    public bool ProcessGroup { get; set; }

    public bool Selinux { get; set; }

    public bool Direct { get; set; }

    public string Backend { get; set; } = "direct";

    public List<string> BackendSettings { get; set; } = [];

    public string? TemporaryFolder { get; set; }

    public string? CacheFolder { get; set; }

    public string Program { get; set; } = Path.GetFileName(Environment.ProcessPath) ?? "virttools";

    public string Identifier { get; set; } = "";

    public TimeSpan LaunchDeadline { get; set; } = DefaultLaunchDeadline;

    /// <summary>Extra parameters of QEMU, added by the <c>config</c> action.</summary>
    public List<(string Parameter, string? Value)> ExtraParameters { get; } = [];

    /// <summary>The value of a backend setting: <c>name=value</c>, or "1" for a bare name; null where it is not set.</summary>
    public string? FindBackendSetting(string name)
    {
        foreach (var setting in BackendSettings)
        {
            if (setting == name)
            {
                return "1";
            }

            if (setting.StartsWith(name + "=", StringComparison.Ordinal))
            {
                return setting[(name.Length + 1)..];
            }
        }

        return null;
    }
}
