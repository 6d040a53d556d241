using VirtTools.Appliance;
using VirtTools.Posix;

namespace VirtTools.Tests.Appliance;

public sealed class StoreTests : IDisposable
{
    private const string BuildId = "0123456789abcdef0123456789abcdef";

    private readonly ScratchFolder scratch = new();
    private readonly ApplianceStore store;

    public StoreTests() => store = new(CacheFolder.Open(scratch["cache"]));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void An_installed_appliance_is_a_copy_of_its_source()
    {
        var source = FakeAppliance.Ours(scratch["source"], BuildId);

        var installed = store.Install(source, null, CancellationToken.None);

        Assert.Equal(File.ReadAllBytes($"{source}/root"), File.ReadAllBytes(installed.Root));
        Assert.Equal(File.ReadAllBytes($"{source}/kernel"), File.ReadAllBytes(installed.Kernel));
        Assert.Equal(BuildId, store.Installed?.Manifest?.BuildId);
    }

    [Fact]
    public void Installing_again_replaces_what_was_there()
    {
        store.Install(FakeAppliance.Ours(scratch["old"], new string('1', 32)), null, CancellationToken.None);

        store.Install(FakeAppliance.Ours(scratch["new"], BuildId), null, CancellationToken.None);

        Assert.Equal(BuildId, store.Installed?.Manifest?.BuildId);
        Assert.Equal([BuildId], Directory.GetDirectories(scratch["cache/appliances"]).Select(Path.GetFileName));
    }

    [Fact]
    public void An_appliance_in_use_survives_the_installation_of_another()
    {
        var cache = CacheFolder.Open(scratch["cache"]);
        var old = store.Install(FakeAppliance.Ours(scratch["old"], new string('1', 32)), null, CancellationToken.None);

        using (cache.LockShared())
        {
            store.Install(FakeAppliance.Ours(scratch["new"], BuildId), null, CancellationToken.None);
        }

        Assert.True(File.Exists(old.Root));
    }

    [Fact]
    public void A_damaged_source_is_not_installed()
    {
        var source = FakeAppliance.Ours(scratch["source"], BuildId);
        var root = File.ReadAllBytes($"{source}/root");
        root[^1] ^= 1;
        File.WriteAllBytes($"{source}/root", root);

        var error = Assert.Throws<ApplianceException>(() => store.Install(source, null, CancellationToken.None));

        Assert.Contains("not the file that the appliance's manifest describes", error.Message);
        Assert.Null(store.Installed);
    }

    [Fact]
    public void A_foreign_appliance_is_not_installed()
    {
        Assert.Throws<ApplianceException>(() => store.Install(FakeAppliance.Foreign(scratch["source"]), null, CancellationToken.None));
    }

    [Fact]
    public void An_exported_appliance_is_a_fixed_appliance_that_is_found_again()
    {
        var installed = store.Install(FakeAppliance.Ours(scratch["source"], BuildId), null, CancellationToken.None);

        ApplianceCopy.Export(installed, scratch["fixed"], null, CancellationToken.None);

        Assert.Equal(
            ["README.fixed", "initrd", "kernel", "manifest.json", "root"],
            Directory.GetFiles(scratch["fixed"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(BuildId, ApplianceFolder.TryRead(scratch["fixed"])?.Manifest?.BuildId);
    }

    [Fact]
    public void Export_replaces_an_appliance_but_no_other_folder()
    {
        var installed = store.Install(FakeAppliance.Ours(scratch["source"], BuildId), null, CancellationToken.None);
        FakeAppliance.Foreign(scratch["fixed"]);
        Directory.CreateDirectory(scratch["photos"]);
        File.WriteAllText(scratch["photos/cat.jpg"], "a cat");

        ApplianceCopy.Export(installed, scratch["fixed"], null, CancellationToken.None);
        var error = Assert.Throws<ApplianceException>(() => ApplianceCopy.Export(installed, scratch["photos"], null, CancellationToken.None));

        Assert.True(File.Exists(scratch["fixed/README.fixed"]));
        Assert.Contains("something else than an appliance", error.Message);
        Assert.Equal("a cat", File.ReadAllText(scratch["photos/cat.jpg"]));
    }

    [Fact]
    public async Task A_process_that_waits_for_the_builder_gets_what_it_has_built()
    {
        var cache = CacheFolder.Open(scratch["cache"]);
        var waiting = new Waiting();
        Task<ApplianceFiles> waiter;
        using (cache.LockForMaking("appliance", LockWait.Refuse))
        {
            waiter = Task.Run(() => store.EnsureBuilt(new("/nonexistent/daemon"), waiting, CancellationToken.None));
            await waiting.Started.Task;
            FakeAppliance.Ours(scratch[$"cache/appliances/{BuildId}"], BuildId);
            File.CreateSymbolicLink(scratch["cache/built"], $"appliances/{BuildId}");
        }

        Assert.Equal(BuildId, (await waiter).Manifest?.BuildId);
    }

    [Fact]
    public async Task Waiting_for_the_builder_can_be_cancelled()
    {
        using var builder = CacheFolder.Open(scratch["cache"]).LockForMaking("appliance", LockWait.Refuse);
        using var cancellation = new CancellationTokenSource();
        var waiting = new Waiting();
        var waiter = Task.Run(() => store.EnsureBuilt(new("/nonexistent/daemon"), waiting, cancellation.Token), CancellationToken.None);
        await waiting.Started.Task;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
    }

    [Fact]
    public void What_a_killed_build_left_is_swept_away()
    {
        Directory.CreateDirectory(scratch["cache/build-dead/tree"]);
        File.CreateSymbolicLink(scratch["cache/build-link"], scratch["source"]);
        FakeAppliance.Ours(scratch["source"], BuildId);

        store.Install(scratch["source"], null, CancellationToken.None);

        Assert.Empty(Directory.GetFileSystemEntries(scratch["cache"], "build-*"));
        Assert.True(File.Exists(scratch["source/root"]));
    }

    [Fact]
    public void An_installation_that_is_cancelled_leaves_nothing()
    {
        FakeAppliance.Ours(scratch["source"], BuildId);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => store.Install(scratch["source"], null, cancellation.Token));

        Assert.Empty(Directory.GetFileSystemEntries(scratch["cache"], "build-*"));
        Assert.Null(store.Installed);
    }

    private sealed class Waiting : IProgress<BuildProgress>
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(BuildProgress value) => Started.TrySetResult();
    }
}
