using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on swap space.</summary>
internal sealed class SwapActions(GuestRoot root) : UnsupportedSwapActions
{
    public override void Mkswap(string device, string? label, string? uuid)
    {
        var options = new OptionList();
        options.Text("-L", label);
        options.Text("-U", uuid);
        ProgramRunner.Run(["mkswap", "-f", .. options.Words, device]);
    }

    public override void MkswapL(string label, string device) => Mkswap(device, label, null);

    public override void MkswapU(string uuid, string device) => Mkswap(device, null, uuid);

    public override void MkswapFile(string path)
    {
        using var file = OpenFile(path);
        ProgramRunner.Run(["mkswap", "-f", ProgramRunner.InheritedPath(0)], file);
    }

    public override void SwaponDevice(string device) => ProgramRunner.Run(["swapon", device]);

    public override void SwapoffDevice(string device) => ProgramRunner.Run(["swapoff", device]);

    public override void SwaponFile(string file)
    {
        using var opened = OpenFile(file);
        ProgramRunner.Run(["swapon", ProgramRunner.InheritedPath(0)], opened);
    }

    public override void SwapoffFile(string file)
    {
        using var opened = OpenFile(file);
        ProgramRunner.Run(["swapoff", ProgramRunner.InheritedPath(0)], opened);
    }

    public override void SwaponLabel(string label) => ProgramRunner.Run(["swapon", "-L", label]);

    public override void SwapoffLabel(string label) => ProgramRunner.Run(["swapoff", "-L", label]);

    public override void SwaponUuid(string uuid) => ProgramRunner.Run(["swapon", "-U", uuid]);

    public override void SwapoffUuid(string uuid) => ProgramRunner.Run(["swapoff", "-U", uuid]);

    private Microsoft.Win32.SafeHandles.SafeFileHandle OpenFile(string path) => root.Open(path, OpenFlags.ReadWrite | OpenFlags.NonBlocking);
}
