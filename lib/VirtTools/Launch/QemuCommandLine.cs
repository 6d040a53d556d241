using Microsoft.Win32.SafeHandles;
using VirtTools.Images;
using VirtTools.Wire;

namespace VirtTools.Launch;

/// <summary>A layer of a drive that is on the command line: the inherited descriptor and the set that its node names.</summary>
internal readonly record struct InheritedLayer(int Descriptor, DescriptorSet Set);

/// <summary>
/// QEMU's argument vector, drives included: adding one through the monitor costs 10 ms more (measured, QEMU 7.2). A machine that boots starts stopped (-S), so that
/// something can be done before the guest's first instruction. Every device has a PCI slot of its own that never changes, because a resumed machine
/// must have the same ones.
/// </summary>
internal sealed class QemuCommandLine
{
    /// <summary>What QEMU forbids itself by seccomp.</summary>
    public const string Sandbox = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

    /// <summary>The machine type where its versioned name is not known yet.</summary>
    public const string MachineAlias = "q35";

    /// <summary>The name of the port that the daemon opens.</summary>
    public const string ChannelPort = "org.libguestfs.channel.0";

    /// <summary>The serial number of the disk that holds the appliance's root file system.</summary>
    public const string RootSerial = "virttools-root";

    /// <summary>
    /// What QEMU opens as the file behind its memory, and is given a descriptor of ours. Nothing can be made below /proc: if QEMU opened it
    /// otherwise than we expect, the launch would fail, not find a file.
    /// </summary>
    public const string MemoryPath = "/proc/virttools-memory";

    // Without 5-level page tables, which some kernels mishandle under emulation (the original leaves them out too). Without fast string operations: QEMU
    // emulates "rep movsb" byte by byte, and a kernel that believes in them clears and copies pages that way (a boot takes 5 % longer).
    private const string EmulatedProcessor = "max,la57=off,erms=off,fsrm=off";

    private const int FirstSet = 1;
    private const int ScsiSlot = 0x02;
    private const int ChannelSlot = 0x03;
    private const int RandomSlot = 0x04;
    private const int NetworkSlot = 0x05;
    private const int AhciSlot = 0x06;
    private const int FirstVirtioSlot = 0x08;
    private const int MailboxSlot = 0x1d;
    private const int RootSlot = 0x1e;
    private const int AhciPorts = 6;
    private const int ChannelPorts = 4;

    private readonly List<string> arguments = [];
    private readonly List<InheritedLayer> inherited = [];
    private int nextSet = FirstSet;

    /// <param name="plan">How this attempt is made.</param>
    /// <param name="configuration">What was ordered.</param>
    /// <param name="root">The layers of the appliance's root image.</param>
    /// <param name="memory">What stands behind the machine's memory.</param>
    /// <exception cref="LaunchException">More drives than the machine has places for.</exception>
    public QemuCommandLine(
        QemuPlan plan, LaunchConfiguration configuration, IReadOnlyList<ImageLayer> root, MachineMemory memory = MachineMemory.Anonymous)
    {
        CheckDrives(configuration.Drives);
        arguments.Add(plan.Binary.Path);
        AddMachine(plan, configuration);
        AddMemory(configuration, memory);
        AddMonitorAndConsole();
        AddKernel(configuration);
        AddDevices(configuration);
        AddRoot(root);
        AddMailbox(configuration.Mailbox);
        AddDrives(configuration.Drives);
        foreach (var (name, value) in configuration.ExtraParameters)
        {
            arguments.Add(name);
            if (value is not null)
            {
                arguments.Add(value);
            }
        }
    }

    /// <summary>The argument vector, the program's path first.</summary>
    public IReadOnlyList<string> Arguments => arguments;

    /// <summary>Layers whose descriptors QEMU must inherit.</summary>
    public IReadOnlyList<InheritedLayer> Inherited => inherited;

    /// <summary>The descriptors from 0 to this are QEMU's.</summary>
    public int LastDescriptor => QemuDescriptors.FirstLayer + inherited.Count - 1;

    /// <summary>The descriptor that QEMU inherits for the file of that place among all files of all graphs, counted from <see cref="FirstSet"/>.</summary>
    public static int DescriptorOf(int place) => QemuDescriptors.FirstLayer + place - FirstSet;

    private static void CheckDrives(IReadOnlyList<LaunchDrive> drives)
    {
        if (drives.Count > LaunchDrive.MaximumCount || drives.Any(drive => drive.Index is < 0 or >= LaunchDrive.MaximumCount))
        {
            throw new LaunchException(
                $"{drives.Count} drives are too many: an appliance has room for {LaunchDrive.MaximumCount}; open the rest in a second handle");
        }
    }

    private void AddMachine(QemuPlan plan, LaunchConfiguration configuration)
    {
        Add("-nodefaults");
        Add("-no-user-config");
        Add("-display", "none");
        Add("-no-reboot");

        // No graphics=off: with it SeaBIOS writes its messages on the serial port. Controllers and tables that nothing here uses cost start-up time: 28 ms to the monitor with them, 18 without (measured, QEMU 7.2).
        Add("-machine", $"{plan.Machine},sata=off,usb=off,smm=off,vmport=off,hpet=off,dump-guest-core=off,memory-backend=ram");
        Add("-accel", plan.Accelerator == Accelerator.Kvm ? "kvm" : "tcg");

        Add("-cpu", plan.Accelerator == Accelerator.Kvm ? "host" : EmulatedProcessor);
        Add("-smp", $"{configuration.Processors}");
        Add("-rtc", "driftfix=slew");
        if (plan.Accelerator == Accelerator.Kvm)
        {
            Add("-global", "kvm-pit.lost_tick_policy=discard");
        }

        if (plan.Sandbox)
        {
            Add("-sandbox", Sandbox);
        }
    }

    private void AddMemory(LaunchConfiguration configuration, MachineMemory memory)
    {
        Add("-m", $"{configuration.MemoryMiB}");
        Add("-object", memory == MachineMemory.Anonymous
            ? $"memory-backend-ram,id=ram,size={configuration.MemoryMiB}M"
            : $"memory-backend-file,id=ram,size={configuration.MemoryMiB}M,mem-path={MemoryPath},share={(memory == MachineMemory.Shared ? "on" : "off")}");
        if (memory == MachineMemory.Private)
        {
            // It runs as soon as the state is there, for it was taken from a running machine.
            Add("-incoming", "defer");
        }
        else
        {
            Add("-S");
        }
    }

    private void AddMonitorAndConsole()
    {
        Add("-chardev", $"socket,id=monitor,fd={QemuDescriptors.Monitor}");
        Add("-mon", "chardev=monitor,mode=control");
        Add("-chardev", $"socket,id=console,fd={QemuDescriptors.Console}");
        Add("-serial", "chardev:console");
    }

    private void AddKernel(LaunchConfiguration configuration)
    {
        // QEMU opens these two with open(2), which knows no descriptor sets.
        Add("-kernel", $"/proc/self/fd/{QemuDescriptors.Kernel}");
        Add("-initrd", $"/proc/self/fd/{QemuDescriptors.Initrd}");
        Add("-append", KernelCommandLine.Of(configuration));
    }

    private void AddDevices(LaunchConfiguration configuration)
    {
        Add("-object", "rng-builtin,id=random");
        Add("-device", $"virtio-rng-pci,rng=random,addr=0x{RandomSlot:x}");
        Add("-device", $"virtio-scsi-pci,id=scsi0,addr=0x{ScsiSlot:x}");

        Add("-device", $"virtio-serial-pci,id=serial0,max_ports={ChannelPorts},addr=0x{ChannelSlot:x}");
        Add("-chardev", $"socket,id=channel,fd={QemuDescriptors.Channel}");
        Add("-device", $"virtserialport,bus=serial0.0,nr=1,chardev=channel,name={ChannelPort}");

        if (configuration.Network)
        {
            // The addresses that the original's users know; without the option ROM, which is for booting from the network.
            Add("-netdev", "user,id=network,net=169.254.0.0/16");
            Add("-device", $"virtio-net-pci,netdev=network,romfile=,addr=0x{NetworkSlot:x}");
        }
    }

    private void AddRoot(IReadOnlyList<ImageLayer> layers)
    {
        var graph = BlockGraph.Of("root", new() { Index = 0, ReadOnly = true, Layers = layers }, nextSet);
        nextSet += graph.Files.Count;
        AddGraph(graph);
        Add("-device", $"virtio-blk-pci,drive={graph.TopNode},serial={RootSerial},addr=0x{RootSlot:x}");
    }

    // To QEMU a drive whose writes nobody keeps: no locks, no flushes.
    private void AddMailbox(SafeFileHandle? memory)
    {
        if (memory is null)
        {
            return;
        }

        var graph = BlockGraph.Of("mailbox", new() { Index = 0, ReadOnly = true, Layers = [new(memory, "raw", ReadOnly: false, RawSize: null)] }, nextSet);
        nextSet += graph.Files.Count;
        AddGraph(graph);
        Add("-device", $"virtio-blk-pci,drive={graph.TopNode},serial={MailboxLayout.Serial},addr=0x{MailboxSlot:x}");
    }

    private void AddDrives(IReadOnlyList<LaunchDrive> drives)
    {
        var virtioSlot = FirstVirtioSlot;
        var ahciPort = 0;
        foreach (var drive in drives)
        {
            var graph = BlockGraph.Of(drive, nextSet);
            nextSet += graph.Files.Count;
            AddGraph(graph);
            switch (drive.Interface)
            {
                case DriveInterface.Scsi:
                    // Shared with our own export of the node (DriveExport). Of other processes it keeps nobody away any more; ImageLock does that.
                    AddDevice("scsi-hd", drive, graph, ("bus", "scsi0.0"), ("channel", 0), ("scsi-id", drive.Index), ("lun", 0), ("share-rw", "on"));
                    break;
                case DriveInterface.Virtio:
                    AddDevice("virtio-blk-pci", drive, graph, ("addr", $"0x{Place(virtioSlot++, MailboxSlot, "virtio"):x}"));
                    break;
                case DriveInterface.Ide:
                    if (ahciPort == 0)
                    {
                        Add("-device", $"ahci,id=ahci0,addr=0x{AhciSlot:x}");
                    }

                    AddDevice("ide-hd", drive, graph, ("bus", $"ahci0.{Place(ahciPort++, AhciPorts, "ide")}"));
                    break;
            }
        }
    }

    private void AddGraph(BlockGraph graph)
    {
        foreach (var file in graph.Files)
        {
            var layer = new InheritedLayer(QemuDescriptors.FirstLayer + inherited.Count, file);
            inherited.Add(layer);
            if (file.Remote is null)
            {
                Add("-add-fd", $"fd={layer.Descriptor},set={file.Set}");
            }
        }

        foreach (var node in graph.Nodes)
        {
            Add("-blockdev", node);
        }
    }

    private static int Place(int place, int limit, string kind) =>
        place < limit ? place : throw new LaunchException($"too many drives with iface={kind} for one machine; leave iface out for some of them");

    private void AddDevice(string driver, LaunchDrive drive, BlockGraph graph, params IEnumerable<(string Name, object Value)> address) =>
        Add("-device", DeviceProperties.Option(
        [
            ("driver", driver),
            ("id", $"drive{drive.Index}"),
            .. address,
            .. CommonProperties(drive, graph),
        ]));

    private static IEnumerable<(string Name, object Value)> CommonProperties(LaunchDrive drive, BlockGraph graph)
    {
        yield return ("drive", graph.TopNode);

        // The guest gets an error. QEMU's default stops the whole machine when the disk under an overlay is full, and nobody would start it again.
        yield return ("werror", "report");
        yield return ("rerror", "report");
        if (drive.Serial is { } serial)
        {
            yield return ("serial", serial);
        }

        if (drive.BlockSize is { } size)
        {
            yield return ("logical_block_size", size);
            yield return ("physical_block_size", size);
        }
    }

    private void Add(params ReadOnlySpan<string> words) => arguments.AddRange(words);
}
