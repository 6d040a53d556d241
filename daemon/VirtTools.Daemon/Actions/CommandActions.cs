using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that run programs of the guest.</summary>
internal sealed class CommandActions(GuestRoot root) : UnsupportedCommandActions
{
    private const string Shell = "/bin/sh";

    private readonly GuestCommand _guest = new(root);

    public override string Command(IReadOnlyList<string> arguments) => _guest.Run(arguments);

    public override string[] CommandLines(IReadOnlyList<string> arguments) => OutputLines.Split(_guest.Run(arguments));

    public override void CommandOut(IReadOnlyList<string> arguments, OutgoingFile output) => _guest.Send(arguments, output);

    public override string Sh(string command) => _guest.Run([Shell, "-c", command]);

    public override string[] ShLines(string command) => OutputLines.Split(Sh(command));

    public override void ShOut(string command, OutgoingFile output) => _guest.Send([Shell, "-c", command], output);
}
