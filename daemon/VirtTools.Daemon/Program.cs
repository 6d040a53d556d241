using VirtTools.Daemon;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Protocol;
using VirtTools.Posix;

const int InitProcess = 1;

// A program that stops reading its input, such as grep with a bad expression, must cost that call only.
Signals.IgnoreBrokenPipe();

if (Kernel.ProcessId() == InitProcess)
{
    DaemonProcess.RunAppliance();
    return 1;
}

switch (args)
{
    case ["--help" or "-?"]:
        Console.WriteLine(DaemonOptions.Usage);
        return 0;
    case ["--version" or "-V"]:
        Console.WriteLine($"virttoolsd {BuildId.Text}");
        return 0;
}

try
{
    DaemonProcess.RunProcess(DaemonOptions.Parse(args));
    return 0;
}
catch (Exception e) when (e is FatalException or ChannelException or PosixException)
{
    ConsoleLine.Write(e.Message);
    return 1;
}
