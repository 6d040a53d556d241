using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>Both ends of all that connects us to a QEMU that is about to start.</summary>
internal sealed class ConnectionEnds : IDisposable
{
    private readonly SafeFileHandle monitor;
    private readonly SafeFileHandle channel;
    private readonly SafeFileHandle console;
    private readonly SafeFileHandle error;
    private readonly SafeFileHandle theirMonitor;
    private readonly SafeFileHandle theirChannel;
    private readonly SafeFileHandle theirConsole;
    private readonly SafeFileHandle theirError;
    private bool handedOver;

    public ConnectionEnds()
    {
        (monitor, theirMonitor) = Descriptors.CreateSocketPair();
        (channel, theirChannel) = Descriptors.CreateSocketPair();
        (console, theirConsole) = Descriptors.CreateSocketPair();
        (error, theirError) = Descriptors.CreatePipe();
    }

    /// <summary>QEMU's ends under the numbers that its command line names. Its standard output goes where its errors go.</summary>
    public IReadOnlyList<InheritedDescriptor> Inherited() =>
    [
        new(theirError, 1),
        new(theirError, 2),
        new(theirMonitor, QemuDescriptors.Monitor),
        new(theirChannel, QemuDescriptors.Channel),
        new(theirConsole, QemuDescriptors.Console),
    ];

    /// <summary>Gives our ends to the process that has been started.</summary>
    public ApplianceProcess HandOver(ChildProcess child, QemuPlan plan)
    {
        handedOver = true;
        return new ApplianceProcess(child, plan, monitor, channel, console, error);
    }

    /// <summary>Closes QEMU's ends, and ours if they were not handed over.</summary>
    public void Dispose()
    {
        theirMonitor.Dispose();
        theirChannel.Dispose();
        theirConsole.Dispose();
        theirError.Dispose();
        if (!handedOver)
        {
            monitor.Dispose();
            channel.Dispose();
            console.Dispose();
            error.Dispose();
        }
    }
}
