using VirtTools.BlockAccess;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Copy;

/// <summary>Input and output as drives of one appliance, whose content is read and written beside the guest.</summary>
/// <param name="guest">The appliance; the input is its first drive, the output its second one.</param>
/// <param name="input">Name of the input, for messages.</param>
/// <param name="output">Name of the output, for messages.</param>
internal sealed class TwoDisks(Guestfs guest, string input, string output)
{
    public const string InputDevice = "/dev/sda";
    public const string OutputDevice = "/dev/sdb";

    private const uint InputDrive = 0;
    private const uint OutputDrive = 1;

    /// <summary>The appliance.</summary>
    public Guestfs Guest => guest;

    /// <summary>Reads the input alone, or both.</summary>
    /// <param name="drives">How many drives there are.</param>
    /// <param name="work">Gets input and output.</param>
    /// <param name="cancellationToken">Ends the wait for other calls.</param>
    /// <exception cref="CommandFailedException">A drive cannot be read.</exception>
    public Task ReadAsync(int drives, Func<IReadOnlyList<NbdConnection>, Task> work, CancellationToken cancellationToken) =>
        UseAsync([.. Enumerable.Range(0, drives).Select(drive => new DriveUse((uint)drive, TransferDirection.Read))], work, cancellationToken);

    /// <summary>Reads the input and writes the output.</summary>
    /// <exception cref="CommandFailedException">A drive fails; the message says what to do.</exception>
    public async Task WriteAsync(Func<NbdConnection, NbdConnection, Task> work, CancellationToken cancellationToken)
    {
        DriveUse[] uses = [new(InputDrive, TransferDirection.Read), new(OutputDrive, TransferDirection.Write)];
        var hasBegun = false;
        try
        {
            await UseAsync(uses, BeginAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (e.ErrnoName == "EBUSY" && !hasBegun)
        {
            // The output held volume groups, which the appliance has found.
            await guest.VgActivateAllAsync(false, cancellationToken).ConfigureAwait(false);
            await UseAsync(uses, BeginAsync, cancellationToken).ConfigureAwait(false);
        }

        Task BeginAsync(IReadOnlyList<NbdConnection> drives)
        {
            hasBegun = true;
            return work(drives[0], drives[1]);
        }
    }

    /// <summary>Writes into the throw-away layer over the input.</summary>
    /// <exception cref="CommandFailedException">It fails.</exception>
    public Task WriteOverInputAsync(IEnumerable<DiskPatch> patches, CancellationToken cancellationToken) =>
        UseAsync([new(InputDrive, TransferDirection.Write)], drives => WriteAsync(drives[0], patches), cancellationToken);

    /// <summary>Writes single places of the output.</summary>
    /// <exception cref="CommandFailedException">It fails.</exception>
    public Task WriteToOutputAsync(IEnumerable<DiskPatch> patches, CancellationToken cancellationToken) =>
        WriteAsync((_, drive) => WriteAsync(drive, patches), cancellationToken);

    /// <summary>Makes single places of the output zero.</summary>
    /// <exception cref="CommandFailedException">It fails.</exception>
    public Task EraseFromOutputAsync(IEnumerable<DiskPatch> patches, CancellationToken cancellationToken) =>
        WriteToOutputAsync(patches.Select(patch => patch with { Content = new byte[patch.Content.Length] }), cancellationToken);

    /// <summary>Writes single places of a drive.</summary>
    public static async Task WriteAsync(NbdConnection drive, IEnumerable<DiskPatch> patches)
    {
        foreach (var patch in patches)
        {
            await drive.WriteAsync(patch.Offset, patch.Content).ConfigureAwait(false);
        }
    }

    private async Task UseAsync(DriveUse[] uses, Func<IReadOnlyList<NbdConnection>, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await guest.UseDriveContentsAsync("copy", uses, work, cancellationToken).ConfigureAwait(false);
        }
        catch (DriveFailedException e)
        {
            var advice = e is { Fault: DriveFault.Writing, ErrnoName: "ENOSPC" or "EDQUOT" } ? "; make room on the host, then run the same command again" : "";
            throw new CommandFailedException($"{(e.Fault == DriveFault.Reading ? input : output)}: {e.Message}{advice}");
        }
    }
}
