using System.Globalization;
using VirtTools.Posix;

namespace VirtTools.Handle;

/// <summary>The environment variables that configure a handle (manual, ENVIRONMENT VARIABLES, and their newer names).</summary>
internal static class EnvironmentSettings
{
    /// <summary>Applies every variable that is set.</summary>
    /// <param name="settings">Where the values go.</param>
    /// <param name="lookup">The environment; null for a variable that is not set.</param>
    /// <param name="setTrace">Called when tracing is asked for or forbidden.</param>
    /// <param name="warn">Called with a sentence about a value that is ignored.</param>
    /// <exception cref="FormatException">A variable has a value that it cannot have.</exception>
    public static void Apply(HandleSettings settings, Func<string, string?> lookup, Action<bool> setTrace, Action<string> warn)
    {
        if (Flag(lookup, "LIBGUESTFS_TRACE") is { } trace)
        {
            setTrace(trace);
        }

        settings.Verbose = Flag(lookup, "LIBGUESTFS_DEBUG") ?? settings.Verbose;
        settings.TemporaryFolder = Text(lookup, "LIBGUESTFS_TMPDIR") ?? settings.TemporaryFolder;
        settings.CacheFolder = Text(lookup, "LIBGUESTFS_CACHEDIR") ?? settings.CacheFolder;
        settings.AppliancePath = lookup("LIBGUESTFS_PATH") ?? settings.AppliancePath;
        settings.Hypervisor = Text(lookup, "LIBGUESTFS_HV") ?? Text(lookup, "LIBGUESTFS_QEMU") ?? settings.Hypervisor;
        settings.Append = lookup("LIBGUESTFS_APPEND") ?? settings.Append;
        if (Text(lookup, "LIBGUESTFS_MEMSIZE") is { } memory)
        {
            settings.MemoryMiB = int.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= HandleSettings.LeastMemoryMiB
                ? size
                : throw new FormatException(
                    $"LIBGUESTFS_MEMSIZE={memory}: not a size in MiB of at least {HandleSettings.LeastMemoryMiB}; unset it or give a larger number");
        }

        if (Text(lookup, "LIBGUESTFS_BACKEND") is { } backend)
        {
            SetBackend(settings, backend, warn);
        }

        if (Text(lookup, "LIBGUESTFS_BACKEND_SETTINGS") is { } backendSettings)
        {
            settings.BackendSettings = [.. backendSettings.Split(':', StringSplitOptions.RemoveEmptyEntries)];
        }
    }

    /// <summary>The process's own environment, losslessly.</summary>
    public static string? Lookup(string name) => ProcessEnvironment.Get(name);

    /// <summary>Only the direct backend exists here; other names are kept for scripts written for the original, with a warning.</summary>
    public static void SetBackend(HandleSettings settings, string backend, Action<string> warn)
    {
        if (backend is not ("direct" or "appliance"))
        {
            warn($"backend {backend} does not exist here; the appliance is started directly");
        }

        settings.Backend = "direct";
    }

    private static string? Text(Func<string, string?> lookup, string name) => lookup(name) is { Length: > 0 } value ? value : null;

    private static bool? Flag(Func<string, string?> lookup, string name) => Text(lookup, name)?.ToLowerInvariant() switch
    {
        null => null,
        "1" or "true" or "t" or "yes" or "y" or "on" => true,
        "0" or "false" or "f" or "no" or "n" or "off" => false,
        var other => throw new FormatException($"{name}={other}: not a boolean; use {name}=1 or {name}=0"),
    };
}
