using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Actions;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Bulk;
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
using VirtTools.Wire;

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
            var mailbox = MailboxDisk.Find(DeviceTree.Kernel);
            DeviceNumber[] own = mailbox is null ? [appliance.RootNumber] : [appliance.RootNumber, mailbox.Number];
            Serve(new(channel, root, new DeviceNames(DeviceTree.Kernel, own), StorageAccess.Devices, mailbox?.Path)
            {
                IsVerbose = appliance.CommandLine.Verbose,
                AfterCall = ReapOrphans,
                AwaitsHandOver = appliance.CommandLine.AwaitsHandOver,
                Rehearse = appliance.CommandLine.BecomesTemplate ? () => new Rehearsal(new DriveArrival(DeviceTree.Kernel.SysFolder)).Run(own) : null,
            });
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
        var root = GuestRoot.OfFolder(options.Root);
        Serve(new(channel, root, new DeviceNames(DeviceTree.Nothing), StorageAccess.None, options.Mailbox) { IsVerbose = options.Verbose });
    }

    private static void Serve(Service service)
    {
        using var channel = new Channel(service.Channel);
        using var mailbox = service.Mailbox is { } path ? new Mailbox(path, MailboxLayout.Usual) : null;
        var (root, names, storage) = (service.Root, service.Names, service.Storage);
        var tree = storage == StorageAccess.Devices ? DeviceTree.Kernel : DeviceTree.Nothing;
        var lvm = new LvmProgram();
        var activation = new StorageActivation(tree, names, lvm, storage);
        var devices = new DeviceResolver(tree, names, activation);
        var features = new FeatureGroups();
        var progress = new CallProgress(channel);
        var request = new ActionRequest(channel, progress, devices, root, features);
        var actions = new DaemonActions(root, tree, names, devices, activation, lvm, features, progress);
        request.Starting = actions.PrepareFor;
        var extensions = new Extensions(
            mailbox,
            new DriveAccessCall(new DriveAccess(tree, names, devices, new DeviceUse(tree))),
            new ApplicationsCall(() => actions.Applications),
            new FileSystemReasonsCall(() => actions.Reasons),
            new WindowsIconCall(root, () => actions.Inspected));
        var loop = new DaemonLoop(channel, request, actions, extensions) { Verbose = service.IsVerbose, AfterCall = service.AfterCall };
        if (service.AwaitsHandOver)
        {
            service.Rehearse?.Invoke();
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

    /// <summary>Whom the daemon serves, and with what.</summary>
    /// <param name="Channel">The library.</param>
    /// <param name="Mailbox">The path of the mailbox; null for none.</param>
    private sealed record Service(SafeFileHandle Channel, GuestRoot Root, DeviceNames Names, StorageAccess Storage, string? Mailbox)
    {
        public bool IsVerbose { get; init; }

        public Action? AfterCall { get; init; }

        /// <summary>The library sends a hand-over before anything else.</summary>
        public bool AwaitsHandOver { get; init; }

        /// <summary>What is done before a template is taken; null in a machine that becomes none.</summary>
        public Action? Rehearse { get; init; }
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
