using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Actions;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.HandOver;
using VirtTools.Daemon.Lvm;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Network;
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
            if (appliance.CommandLine.Network)
            {
                ApplianceNetwork.TrySetUp();
            }

            root = GuestRoot.InAppliance();
            var channel = ChannelPort.Open(appliance.CommandLine);
            Serve(channel, root, appliance, StorageAccess.Devices, appliance.CommandLine.Verbose, ReapOrphans);
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
        SafeFileHandle handle, GuestRoot root, BootedAppliance? appliance, StorageAccess storage, bool verbose, Action? afterCall)
    {
        using var channel = new Channel(handle);
        var tree = storage == StorageAccess.Devices ? DeviceTree.Kernel : DeviceTree.Nothing;
        var names = new DeviceNames(tree, appliance?.RootNumber);
        var lvm = new LvmProgram();
        var activation = new StorageActivation(tree, names, lvm, storage);
        var devices = new DeviceResolver(tree, names, activation);
        var features = new FeatureGroups();
        var progress = new CallProgress(channel);
        var request = new ActionRequest(channel, progress, devices, root, features);
        var actions = new DaemonActions(root, tree, names, devices, activation, lvm, features, progress);
        request.Starting = actions.PrepareFor;
        var loop = new DaemonLoop(channel, request, actions, new Extensions()) { Verbose = verbose, AfterCall = afterCall };
        if (appliance is { CommandLine.AwaitsHandOver: true })
        {
            if (appliance.CommandLine.BecomesTemplate)
            {
                new Rehearsal(new DriveArrival(tree.SysFolder)).Run(appliance.RootNumber);
            }

            ServeAfterHandOver(new HandOverReceiver(channel, new DriveArrival(tree.SysFolder)), loop);
            return;
        }

        channel.WriteWord(Wire.Protocol.LaunchFlag);
        loop.Run();
    }

    private static void ServeAfterHandOver(HandOverReceiver receiver, DaemonLoop loop)
    {
        if (receiver.Receive() is { } handOver)
        {
            loop.Verbose |= handOver.Verbose;
            loop.Run();
        }
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
