using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Boot;

/// <summary>The virtio-serial port behind which the library sits.</summary>
internal static class ChannelPort
{
    private const string PortName = "org.libguestfs.channel.0";
    private const string PortFolder = "/sys/class/virtio-ports";
    private const int DeadlineMilliseconds = 30_000;
    private const int PauseMilliseconds = 2;

    /// <summary>Opens it, waiting for it to appear.</summary>
    /// <exception cref="FatalException">It did not appear in time.</exception>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public static SafeFileHandle Open(KernelCommandLine commandLine)
    {
        if (commandLine.Channel is { } given && !given.EndsWith("/" + PortName, StringComparison.Ordinal))
        {
            return Descriptors.Open(given, OpenFlags.ReadWrite);
        }

        var deadline = Environment.TickCount64 + DeadlineMilliseconds;
        while (true)
        {
            if (Find() is { } path)
            {
                return Descriptors.Open(path, OpenFlags.ReadWrite);
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new FatalException($"no virtio-serial port named {PortName} appeared");
            }

            Thread.Sleep(PauseMilliseconds);
        }
    }

    // Without udev there are no links in /dev/virtio-ports: the name is in sysfs.
    private static string? Find()
    {
        foreach (var port in Folder.List(PortFolder))
        {
            if (SmallFile.TryRead($"{PortFolder}/{port}/name") == PortName)
            {
                return "/dev/" + port;
            }
        }

        return null;
    }
}
