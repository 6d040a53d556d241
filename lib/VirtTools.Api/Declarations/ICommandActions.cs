using VirtTools.Wire;

namespace VirtTools.Declarations;

/// <summary>Programs of the guest, run in the appliance with the guest as their root. They can do to the guest what they like, and nothing to the host.</summary>
[Actions]
internal interface ICommandActions
{
    /// <summary>Runs a program of the guest and returns what it prints.</summary>
    /// <param name="arguments">Its name or absolute path, then its arguments.</param>
    /// <exception cref="GuestfsException">EINVAL: no argument. Fails when the program fails; the message has what it said on standard error.</exception>
    [DaemonAction(50), Since(1, 9, 1)]
    string Command(IReadOnlyList<string> arguments);

    /// <summary>Runs a program of the guest and returns the lines that it prints.</summary>
    /// <param name="arguments">Its name or absolute path, then its arguments.</param>
    [DaemonAction(51), Since(1, 9, 1)]
    string[] CommandLines(IReadOnlyList<string> arguments);

    /// <summary>Runs a program of the guest and sends what it prints to the host.</summary>
    /// <param name="arguments">Its name or absolute path, then its arguments.</param>
    /// <param name="output">Receives what the program prints.</param>
    [DaemonAction(516), Since(1, 55, 6), Progress, Cancellable]
    void CommandOut(IReadOnlyList<string> arguments, OutgoingFile output);

    /// <summary>Runs a command line in the guest's <c>/bin/sh</c> and returns what it prints.</summary>
    /// <param name="command">The command line.</param>
    [DaemonAction(111), Since(1, 0, 50)]
    string Sh(string command);

    /// <summary>Runs a command line in the guest's <c>/bin/sh</c> and returns the lines that it prints.</summary>
    /// <param name="command">The command line.</param>
    [DaemonAction(112), Since(1, 0, 50)]
    string[] ShLines(string command);

    /// <summary>Runs a command line in the guest's <c>/bin/sh</c> and sends what it prints to the host.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="output">Receives what the command prints.</param>
    [DaemonAction(517), Since(1, 55, 6)]
    void ShOut(string command, OutgoingFile output);
}
