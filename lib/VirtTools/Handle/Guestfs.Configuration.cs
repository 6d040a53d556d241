using VirtTools.Appliance;
using VirtTools.Handle;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>Settings of the handle.</summary>
public sealed partial class Guestfs
{
    private protected override void SetHvCore(string hv) => _settings.Hypervisor = hv;

    private protected override string GetHvCore() => _settings.Hypervisor ?? FindHypervisor();

    private protected override void SetQemuCore(string? hv) => _settings.Hypervisor = hv;

    private protected override string GetQemuCore() => GetHvCore();

    private protected override void SetPathCore(string? searchpath) => _settings.AppliancePath = searchpath;

    private protected override string GetPathCore() => _settings.AppliancePath ?? ApplianceLocator.SystemFolder;

    private protected override void SetAppendCore(string? append) => _settings.Append = append;

    private protected override string? GetAppendCore() => _settings.Append;

    private protected override void SetAutosyncCore(bool autosync) => _settings.Autosync = autosync;

    private protected override bool GetAutosyncCore() => _settings.Autosync;

    private protected override void SetVerboseCore(bool verbose) => _settings.Verbose = verbose;

    private protected override bool GetVerboseCore() => _settings.Verbose;

    private protected override void SetTraceCore(bool trace) => _trace = trace;

    private protected override bool GetTraceCore() => _trace;

    private protected override void SetMemsizeCore(int memsize) =>
        _settings.MemoryMiB = memsize >= HandleSettings.LeastMemoryMiB
            ? memsize
            : throw Error(ActionDescriptors.SetMemsize, "EINVAL", $"{memsize} MiB is too little; the appliance needs at least {HandleSettings.LeastMemoryMiB}");

    private protected override int GetMemsizeCore() => _settings.MemoryMiB;

    private protected override void SetSmpCore(int smp) =>
        _settings.Processors = smp is >= 1 and <= 255
            ? smp
            : throw Error(ActionDescriptors.SetSmp, "EINVAL", $"{smp}: the number of virtual processors must be from 1 to 255");

    private protected override int GetSmpCore() => _settings.Processors;

    private protected override void SetNetworkCore(bool network) => _settings.Network = network;

    private protected override bool GetNetworkCore() => _settings.Network;

    private protected override void SetRecoveryProcCore(bool recoveryproc) => _settings.RecoveryProcess = recoveryproc;

    private protected override bool GetRecoveryProcCore() => _settings.RecoveryProcess;

    private protected override void SetPgroupCore(bool pgroup) => _settings.ProcessGroup = pgroup;

    private protected override bool GetPgroupCore() => _settings.ProcessGroup;

    private protected override void SetSelinuxCore(bool selinux) => _settings.Selinux = selinux;

    private protected override bool GetSelinuxCore() => _settings.Selinux;

    private protected override void SetDirectCore(bool direct) => _settings.Direct = direct;

    private protected override bool GetDirectCore() => _settings.Direct;

    private protected override void SetBackendCore(string backend) => EnvironmentSettings.SetBackend(_settings, backend, WarnOnce);

    private protected override string GetBackendCore() => _settings.Backend;

    private protected override void SetAttachMethodCore(string backend) => SetBackendCore(backend);

    /// <summary>The older name of the direct backend.</summary>
    private protected override string GetAttachMethodCore() => "appliance";

    private protected override void SetBackendSettingsCore(IReadOnlyList<string> settings) => _settings.BackendSettings = [.. settings];

    private protected override string[] GetBackendSettingsCore() => [.. _settings.BackendSettings];

    private protected override string GetBackendSettingCore(string name) =>
        _settings.FindBackendSetting(name) ?? throw Error(ActionDescriptors.GetBackendSetting, "ESRCH", $"{name}: this backend setting is not set");

    private protected override void SetBackendSettingCore(string name, string val)
    {
        ClearBackendSettingCore(name);
        _settings.BackendSettings.Add($"{name}={val}");
    }

    private protected override int ClearBackendSettingCore(string name) =>
        _settings.BackendSettings.RemoveAll(s => s == name || s.StartsWith(name + "=", StringComparison.Ordinal));

    private protected override void SetTmpdirCore(string? tmpdir) => _settings.TemporaryFolder = tmpdir;

    private protected override string GetTmpdirCore() => TemporaryPath;

    private protected override void SetCachedirCore(string? cachedir) => _settings.CacheFolder = cachedir;

    private protected override string GetCachedirCore() => CachePlacePath;

    private protected override string GetSockdirCore() => TemporaryPath;

    private protected override void SetProgramCore(string program) => _settings.Program = program;

    private protected override string GetProgramCore() => _settings.Program;

    private protected override void SetIdentifierCore(string identifier) => _settings.Identifier = identifier;

    private protected override string GetIdentifierCore() => _settings.Identifier;

    private protected override void ConfigCore(string hvparam, string? hvvalue)
    {
        if (!hvparam.StartsWith('-'))
        {
            throw Error(ActionDescriptors.Config, "EINVAL", $"{hvparam}: a parameter of QEMU begins with '-'");
        }

        _settings.ExtraParameters.Add((hvparam, hvvalue));
    }

    private protected override void ParseEnvironmentCore() => ApplyEnvironment(EnvironmentSettings.Lookup);

    private protected override void ParseEnvironmentListCore(IReadOnlyList<string> environment)
    {
        var variables = new Dictionary<string, string>();
        foreach (var entry in environment)
        {
            var equals = entry.IndexOf('=');
            if (equals > 0)
            {
                variables[entry[..equals]] = entry[(equals + 1)..];
            }
        }

        ApplyEnvironment(variables.GetValueOrDefault);
    }

    private protected override bool IsConfigCore() => _state == HandleState.Config;

    private protected override bool IsLaunchingCore() => _state == HandleState.Launching;

    private protected override bool IsReadyCore() => _state == HandleState.Ready;

    private protected override bool IsBusyCore() => _state == HandleState.Busy;

    private protected override int GetStateCore() => (int)_state;

    private protected override LibraryVersion VersionCore() => OwnVersion.Current;

    private protected override void UserCancelCore() => _session?.RequestCancel();
}
