namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance clean: empties the cache.</summary>
internal static class CleanCommand
{
    public static System.CommandLine.Command Declare()
    {
        var command = new System.CommandLine.Command("clean", "Delete everything in the cache: appliances, packages, templates.");
        command.SetAction(_ =>
        {
            var cache = CacheFolder.Open();
            using var alone = cache.TryLockExclusive()
                ?? throw new ApplianceException($"the cache in {cache.Path} is in use: wait until the other commands have ended");
            cache.Clean(alone);
            return 0;
        });
        return command;
    }
}
