using System.Globalization;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>Carries out <c>--timeout</c>: a guest that takes longer is given up, and only that one.</summary>
internal static class GuestDeadline
{
    /// <summary>Runs the work on one guest.</summary>
    /// <param name="timeout">How long it may take; null for ever.</param>
    /// <param name="guestName">How the message calls the guest.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the work for another reason.</param>
    /// <exception cref="CommandFailedException">The time is over.</exception>
    public static async Task RunAsync(TimeSpan? timeout, string guestName, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } time)
        {
            deadline.CancelAfter(time);
        }

        try
        {
            await work(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (
            (e is OperationCanceledException or GuestfsException) && deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var seconds = timeout.GetValueOrDefault().TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new CommandFailedException($"{guestName}: not done in {seconds} seconds, given up; --timeout sets the time");
        }
    }
}
