using VirtTools;

try
{
    await using var g = new Guestfs();
    foreach (var image in args)
    {
        g.AddDrive(image, new() { ReadOnly = true });
    }

    await g.LaunchAsync();
    foreach (var root in await g.InspectOsAsync())
    {
        Console.WriteLine($"{root}: {await g.InspectGetHostnameAsync(root)}, {await g.InspectGetDistroAsync(root)}");
        // Shorter paths first: /var can be mounted when / is there.
        foreach (var (mountpoint, device) in (await g.InspectGetMountpointsAsync(root)).OrderBy(m => m.Key.Length))
        {
            await g.MountRoAsync(device, mountpoint);
        }

        var space = await g.StatvfsAsync("/");
        Console.WriteLine($"free: {space.Bavail * space.Frsize >> 20} MiB");
        foreach (var line in await g.ReadLinesAsync("/etc/fstab"))
        {
            Console.WriteLine($"fstab: {line}");
        }

        await g.UmountAllAsync();
    }

    return 0;
}
catch (GuestfsException e)
{
    Console.Error.WriteLine($"guest-report: {e.Message}");
    return 1;
}
