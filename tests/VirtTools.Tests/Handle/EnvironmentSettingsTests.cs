using VirtTools.Handle;

namespace VirtTools.Tests.Handle;

/// <summary>Each variable of the manual's ENVIRONMENT VARIABLES, by its old and its newer name.</summary>
public sealed class EnvironmentSettingsTests
{
    private readonly List<string> _warnings = [];
    private bool? _trace;

    [Fact]
    public void Without_a_variable_the_defaults_stay()
    {
        var settings = Apply([]);

        Assert.Equal(new HandleSettings().MemoryMiB, settings.MemoryMiB);
        Assert.Equal((null, null, null, null, null, false), (
            settings.Append, settings.Hypervisor, settings.AppliancePath, settings.CacheFolder, settings.TemporaryFolder, settings.Verbose));
        Assert.Equal("direct", settings.Backend);
        Assert.Empty(settings.BackendSettings);
        Assert.Null(_trace);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void LIBGUESTFS_APPEND_adds_kernel_options() => Assert.Equal("quiet nopti", Apply(("LIBGUESTFS_APPEND", "quiet nopti")).Append);

    [Fact]
    public void LIBGUESTFS_MEMSIZE_is_the_memory_in_MiB() => Assert.Equal(768, Apply(("LIBGUESTFS_MEMSIZE", "768")).MemoryMiB);

    [Theory]
    [InlineData("255")]
    [InlineData("-1")]
    [InlineData("1G")]
    [InlineData("99999999999")]
    public void LIBGUESTFS_MEMSIZE_that_is_no_size_or_too_little_is_refused(string value) =>
        Assert.Contains($"LIBGUESTFS_MEMSIZE={value}", Assert.Throws<FormatException>(() => Apply(("LIBGUESTFS_MEMSIZE", value))).Message);

    [Fact]
    public void LIBGUESTFS_PATH_is_where_the_appliance_is_looked_for_even_with_an_empty_element() =>
        Assert.Equal(":/usr/lib/guestfs", Apply(("LIBGUESTFS_PATH", ":/usr/lib/guestfs")).AppliancePath);

    [Fact]
    public void LIBGUESTFS_HV_chooses_QEMU() => Assert.Equal("/opt/qemu", Apply(("LIBGUESTFS_HV", "/opt/qemu")).Hypervisor);

    [Fact]
    public void LIBGUESTFS_QEMU_is_its_older_name() => Assert.Equal("/opt/qemu", Apply(("LIBGUESTFS_QEMU", "/opt/qemu")).Hypervisor);

    [Fact]
    public void The_newer_name_of_QEMU_comes_first() =>
        Assert.Equal("/new", Apply(("LIBGUESTFS_QEMU", "/old"), ("LIBGUESTFS_HV", "/new")).Hypervisor);

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData("off", false)]
    public void LIBGUESTFS_DEBUG_switches_messages_on_and_off(string value, bool expected) =>
        Assert.Equal(expected, Apply(("LIBGUESTFS_DEBUG", value)).Verbose);

    [Theory]
    [InlineData("1", true)]
    [InlineData("no", false)]
    public void LIBGUESTFS_TRACE_switches_tracing_on_and_off(string value, bool expected)
    {
        Apply(("LIBGUESTFS_TRACE", value));

        Assert.Equal(expected, _trace);
    }

    [Theory]
    [InlineData("LIBGUESTFS_DEBUG")]
    [InlineData("LIBGUESTFS_TRACE")]
    public void What_is_neither_on_nor_off_is_refused(string name) =>
        Assert.Contains($"{name}=maybe", Assert.Throws<FormatException>(() => Apply((name, "maybe"))).Message);

    [Fact]
    public void LIBGUESTFS_CACHEDIR_is_the_place_of_the_cache() => Assert.Equal("/cache", Apply(("LIBGUESTFS_CACHEDIR", "/cache")).CacheFolder);

    [Fact]
    public void LIBGUESTFS_TMPDIR_is_the_place_of_temporary_files() => Assert.Equal("/tmp/x", Apply(("LIBGUESTFS_TMPDIR", "/tmp/x")).TemporaryFolder);

    [Theory]
    [InlineData("direct")]
    [InlineData("appliance")]
    public void LIBGUESTFS_BACKEND_direct_is_accepted(string value)
    {
        Assert.Equal("direct", Apply(("LIBGUESTFS_BACKEND", value)).Backend);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void LIBGUESTFS_BACKEND_of_another_kind_is_warned_about()
    {
        Assert.Equal("direct", Apply(("LIBGUESTFS_BACKEND", "libvirt:qemu:///session")).Backend);
        Assert.Contains("libvirt:qemu:///session", Assert.Single(_warnings));
    }

    [Fact]
    public void LIBGUESTFS_BACKEND_SETTINGS_is_a_list_with_colons()
    {
        var settings = Apply(("LIBGUESTFS_BACKEND_SETTINGS", "force_tcg:name=value"));

        Assert.Equal(("1", "value", null), (
            settings.FindBackendSetting("force_tcg"), settings.FindBackendSetting("name"), settings.FindBackendSetting("force_kvm")));
    }

    [Theory]
    [InlineData("LIBGUESTFS_HV")]
    [InlineData("LIBGUESTFS_MEMSIZE")]
    [InlineData("LIBGUESTFS_DEBUG")]
    [InlineData("LIBGUESTFS_BACKEND")]
    [InlineData("LIBGUESTFS_TMPDIR")]
    public void An_empty_variable_is_as_good_as_none(string name)
    {
        var settings = Apply((name, ""));

        Assert.Equal((null, null, false), (settings.Hypervisor, settings.TemporaryFolder, settings.Verbose));
        Assert.Equal(new HandleSettings().MemoryMiB, settings.MemoryMiB);
        Assert.Empty(_warnings);
    }

    private HandleSettings Apply(params (string Name, string Value)[] variables)
    {
        var settings = new HandleSettings();
        EnvironmentSettings.Apply(settings, name => variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault(), on => _trace = on, _warnings.Add);
        return settings;
    }
}
