using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Actions;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.Lvm;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Posix;

namespace VirtTools.Daemon;

/// <summary>The two lives of the daemon: /init of the appliance, and an ordinary process beside a folder.</summary>
internal static class DaemonProcess
{
    /// <summary>Boots the machine, serves the library, and switches the machine off.</summary>
    public static void RunAppliance()
    {
        GuestRoot? root = null;
        try
        {
            var appliance = ApplianceBoot.Run();
            root = GuestRoot.InAppliance();
            var channel = ChannelPort.Open(appliance.CommandLine);
            Serve(channel, root, appliance.RootNumber, StorageAccess.Devices, appliance.CommandLine.Verbose, ReapOrphans);
        }
        catch (Exception e)
        {
            // Nobody is left to hear of it but the console.
            ConsoleLine.Write(e.Message);
        }

        ShutDown(root);
    }

    /// <summary>Serves the library that the options name.</summary>
    /// <exception cref="FatalException">It cannot be reached.</exception>
    /// <exception cref="ChannelException">The channel broke.</exception>
    public static void RunProcess(DaemonOptions options)
    {
        Programs.ProgramRunner.AllowHarmlessOnly();
        var channel = options.Listen is { } socket ? ListeningSocket.Accept(socket) : OpenChannel(options.Channel!);
        Serve(channel, GuestRoot.OfFolder(options.Root), null, StorageAccess.None, options.Verbose, null);
    }

    private static void Serve(
        SafeFileHandle handle, GuestRoot root, DeviceNumber? applianceRoot, StorageAccess storage, bool verbose, Action? afterCall)
    {
        using var channel = new Channel(handle);
        var tree = storage == StorageAccess.Devices ? DeviceTree.Kernel : DeviceTree.Nothing;
        var names = new DeviceNames(tree, applianceRoot);
        var lvm = new LvmProgram();
        var activation = new StorageActivation(tree, names, lvm, storage);
        var devices = new DeviceResolver(tree, names, activation);
        var features = new FeatureGroups();
        var progress = new CallProgress(channel);
        var request = new ActionRequest(channel, progress, devices, root, features);
        var actions = new DaemonActions(root, tree, names, devices, activation, lvm, features, progress);
        var extensions = new Extensions(new DriveAccessCall(new DriveAccess(tree, names, devices, new DeviceUse(tree))));
        new DaemonLoop(channel, request, actions, extensions) { Verbose = verbose, AfterCall = afterCall }.Run();
    }

    private static SafeFileHandle OpenChannel(string channel)
    {
        const string DescriptorPrefix = "fd:";
        if (!channel.StartsWith(DescriptorPrefix, StringComparison.Ordinal))
        {
            return Descriptors.Open(channel, OpenFlags.ReadWrite);
        }

        return int.TryParse(channel.AsSpan(DescriptorPrefix.Length), out var number) && number >= 0
            ? new(number, ownsHandle: true)
            : throw new FatalException($"not a descriptor: {channel}");
    }

    // Process 1 inherits every process whose parent has ended; left alone they stay as zombies.
    private static void ReapOrphans()
    {
        while (Kernel.ReapAny() > 0)
        {
        }
    }

    private static void ShutDown(GuestRoot? root)
    {
        Kernel.Synchronize();
        if (root is not null)
        {
            root.Forget();
            var mounts = MountTable.Read(root);
            for (var i = mounts.Count - 1; i >= 0; i--)
            {
                Kernel.TryUnmount(mounts[i].Path == "/" ? root.Folder : root.Folder + mounts[i].Path, UnmountFlags.NoFollow);
            }
        }

        Kernel.Synchronize();
        Kernel.PowerOff();
    }
}
