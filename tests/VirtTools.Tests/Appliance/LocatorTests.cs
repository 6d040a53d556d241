using System.Diagnostics;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class LocatorTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_search_path_comes_before_everything()
    {
        FakeAppliance.Ours(scratch["system"]);
        Install("11111111111111111111111111111111");
        FakeAppliance.Foreign(scratch["own"]);

        var found = Locator($"/nonexistent:{scratch["own"]}").Find();

        Assert.Equal(scratch["own/kernel"], found?.Kernel);
    }

    [Fact]
    public void What_the_user_installed_comes_before_the_system()
    {
        FakeAppliance.Ours(scratch["system"]);
        Install("11111111111111111111111111111111");

        Assert.Equal(scratch["cache/appliances/11111111111111111111111111111111/root"], Locator(null).Find()?.Root);
    }

    [Fact]
    public void The_system_comes_before_what_was_built()
    {
        FakeAppliance.Ours(scratch["system"]);
        PretendBuilt("22222222222222222222222222222222");

        Assert.Equal(scratch["system/initrd"], Locator(null).Find()?.Initrd);
    }

    [Fact]
    public void What_was_built_is_found_last()
    {
        PretendBuilt("22222222222222222222222222222222");

        Assert.Equal("22222222222222222222222222222222", Locator(null).Find()?.Manifest?.BuildId);
    }

    [Fact]
    public void Without_any_there_is_none()
    {
        Assert.Null(Locator(null).Find());
        Assert.Null(Locator("").Find());
    }

    [Fact]
    public void A_cache_that_cannot_be_used_does_not_hide_the_system()
    {
        FakeAppliance.Ours(scratch["system"]);
        var locator = new ApplianceLocator(null, scratch["system"], () => throw new ApplianceException("no cache"));

        Assert.NotNull(locator.Find());
    }

    [Fact]
    public void A_foreign_appliance_has_no_manifest_but_the_UUID_of_its_root()
    {
        FakeAppliance.Foreign(scratch["own"]);

        var found = Locator(scratch["own"]).Find();

        Assert.Null(found?.Manifest);
        Assert.Equal(FakeAppliance.Uuid, found?.RootUuid);
    }

    [Fact]
    public void A_search_path_that_leads_nowhere_is_an_error_that_shows_it()
    {
        FakeAppliance.Ours(scratch["system"]);

        var error = Assert.Throws<ApplianceException>(() => Locator("/nonexistent").Find());

        Assert.Contains("LIBGUESTFS_PATH, which is /nonexistent", error.Message);
    }

    [Fact]
    public void An_appliance_of_another_version_is_an_error_that_says_both()
    {
        FakeAppliance.Ours(scratch["own"], handleVersion: 99);

        var error = Assert.Throws<ApplianceException>(() => Locator(scratch["own"]).Find());

        Assert.Contains("is of version 99, but this program needs version 2", error.Message);
    }

    [Fact]
    public void A_built_appliance_of_another_version_is_as_good_as_none()
    {
        PretendBuilt("22222222222222222222222222222222", handleVersion: 99);

        Assert.Null(Locator(null).Find());
    }

    [Fact]
    public void A_file_that_is_not_the_one_in_the_manifest_is_an_error()
    {
        FakeAppliance.Ours(scratch["own"]);
        File.AppendAllText(scratch["own/initrd"], "more");

        var error = Assert.Throws<ApplianceException>(() => Locator(scratch["own"]).Find());

        Assert.StartsWith(scratch["own/initrd"], error.Message);
    }

    [Fact]
    public void A_root_that_is_no_ext_file_system_is_an_error()
    {
        FakeAppliance.Foreign(scratch["own"]);
        File.WriteAllText(scratch["own/root"], "short");

        var error = Assert.Throws<ApplianceException>(() => Locator(scratch["own"]).Find());

        Assert.Contains("must be an ext2, ext3 or ext4 file system", error.Message);
    }

    [Fact]
    public void A_FIFO_in_place_of_the_kernel_is_refused_and_does_not_hang()
    {
        FakeAppliance.Foreign(scratch["own"]);
        File.Delete(scratch["own/kernel"]);
        Process.Start("mkfifo", scratch["own/kernel"]).WaitForExit();

        var error = Assert.Throws<ApplianceException>(() => Locator(scratch["own"]).Find());

        Assert.Contains("not a regular file", error.Message);
    }

    private ApplianceLocator Locator(string? searchPath) => new(searchPath, scratch["system"], Store);

    private ApplianceStore Store() => new(CacheFolder.Open(scratch["cache"]));

    private void Install(string buildId) =>
        Store().Install(FakeAppliance.Ours(scratch[$"source-{buildId}"], buildId), null, CancellationToken.None);

    private void PretendBuilt(string buildId, int handleVersion = ApplianceManifest.CurrentHandleVersion)
    {
        var cache = CacheFolder.Open(scratch["cache"]);
        FakeAppliance.Ours($"{cache.Path}/appliances/{buildId}", buildId, handleVersion);
        File.CreateSymbolicLink($"{cache.Path}/built", $"appliances/{buildId}");
    }
}
