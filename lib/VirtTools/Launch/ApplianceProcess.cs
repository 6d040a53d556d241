using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>
/// A started appliance: QEMU, the channel to the daemon in it, its monitor and its console. Disposing kills and reaps QEMU; closing only the
/// channel makes the daemon power off.
/// </summary>
internal sealed class ApplianceProcess : IDisposable, IAsyncDisposable
{
    private const int ErrorSize = 16 * 1024;

    private readonly ChildProcess child;
    private readonly SafeFileHandle consoleEnd;
    private readonly SafeFileHandle errorEnd;
    private readonly TailBuffer errors = new(ErrorSize);
    private readonly Lock errorAccess = new();
    private readonly TaskCompletionSource<ExitStatus> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim watched = new();
    private int disposed;

    /// <summary>Takes over a child that has just been started, and our ends of what connects us to it.</summary>
    internal ApplianceProcess(
        ChildProcess child, QemuPlan plan, SafeFileHandle monitor, SafeFileHandle channel, SafeFileHandle console, SafeFileHandle error)
    {
        this.child = child;
        Plan = plan;
        consoleEnd = console;
        errorEnd = error;
        Qmp = new QmpConnection(monitor);
        Channel = Descriptors.ToSocket(channel);
        new Thread(Watch) { IsBackground = true, Name = "appliance" }.Start();
    }

    /// <summary>The stream to the daemon: bytes as the protocol defines them, the launch flag first.</summary>
    public Socket Channel { get; }

    /// <summary>QEMU's monitor.</summary>
    public QmpConnection Qmp { get; }

    /// <summary>QEMU's process number.</summary>
    public int ProcessId => child.ProcessId;

    /// <summary>Becomes readable (poll(2)) when QEMU has ended.</summary>
    public System.Runtime.InteropServices.SafeHandle ExitHandle => child.ExitHandle;

    /// <summary>The folder of the template that it was resumed from; null for a machine that boots.</summary>
    public string? ResumedFrom { get; internal set; }

    /// <summary>The serial console.</summary>
    public ConsoleLog Console { get; } = new();

    /// <summary>What was decided for this launch.</summary>
    public QemuPlan Plan { get; }

    /// <summary>QEMU's version.</summary>
    public QemuVersion Version { get; internal set; }

    /// <summary>Called when QEMU has written to its standard error, on the thread that reads it.</summary>
    public Action? ErrorAdded { get; set; }

    /// <summary>How it ended; null while it runs.</summary>
    public ExitStatus? Exit => child.Exit;

    /// <summary>Waits until QEMU has ended and all that it said has been read.</summary>
    /// <returns>How it ended; null if the time is over.</returns>
    public ExitStatus? WaitForExit(TimeSpan limit) => watched.Wait(limit) ? child.Exit : null;

    /// <summary>Waits until QEMU has ended and all that it said has been read.</summary>
    public Task<ExitStatus> WaitForExitAsync(CancellationToken cancellationToken = default) => ended.Task.WaitAsync(cancellationToken);

    /// <summary>Ends QEMU at once. What the guest has not written is lost.</summary>
    public void Kill() => child.Kill();

    /// <summary>One sentence on how QEMU or the guest in it ended, with the last thing that it said.</summary>
    public string DescribeEnd() => EndOfAppliance.Describe(Exit, ErrorLines(), Console.LastLines());

    /// <summary>The last lines that QEMU wrote to its standard error, oldest first, made safe to show.</summary>
    public IReadOnlyList<string> ErrorLines()
    {
        lock (errorAccess)
        {
            return PlainLines.Of(errors.ToArray());
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        child.Kill();
        watched.Wait();
        Release();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        child.Kill();
        await ended.Task.ConfigureAwait(false);
        Release();
    }

    // The watching thread has ended: nobody else uses these.
    private void Release()
    {
        Channel.Dispose();
        Qmp.Dispose();
        consoleEnd.Dispose();
        errorEnd.Dispose();
        child.Dispose();
    }

    // QEMU stops when its console is full, so somebody must read it all the time.
    private void Watch()
    {
        var block = new byte[16 * 1024];
        try
        {
            Descriptors.SetNonBlocking(consoleEnd, true);
            Descriptors.SetNonBlocking(errorEnd, true);
            Span<PollEntry> entries =
            [
                new(NumberOf(child.ExitHandle), PollEvents.Readable),
                new(NumberOf(consoleEnd), PollEvents.Readable),
                new(NumberOf(errorEnd), PollEvents.Readable),
            ];
            while (child.Exit is null)
            {
                Poll.Wait(entries, null);
                if (!ReadConsole(block))
                {
                    entries[1].Descriptor = -1;
                }

                if (!ReadErrors(block))
                {
                    entries[2].Descriptor = -1;
                }
            }

            while (ReadConsole(block) && Poll.Wait(entries[1..2], 0) > 0)
            {
            }

            while (ReadErrors(block) && Poll.Wait(entries[2..3], 0) > 0)
            {
            }
        }
        finally
        {
            var status = child.WaitForExit()!.Value;
            watched.Set();
            ended.SetResult(status);
        }
    }

    // The handles live until this thread has ended.
    private static int NumberOf(System.Runtime.InteropServices.SafeHandle handle) => (int)handle.DangerousGetHandle();

    private bool ReadConsole(byte[] block)
    {
        if (TryRead(consoleEnd, block) is not { } count)
        {
            return true;
        }

        if (count > 0)
        {
            Console.Add(block.AsSpan(0, count));
        }

        return count > 0;
    }

    private bool ReadErrors(byte[] block)
    {
        if (TryRead(errorEnd, block) is not { } count)
        {
            return true;
        }

        lock (errorAccess)
        {
            errors.Add(block.AsSpan(0, count));
        }

        ErrorAdded?.Invoke();
        return count > 0;
    }

    private static int? TryRead(SafeFileHandle handle, byte[] block)
    {
        try
        {
            return Descriptors.Read(handle, block);
        }
        catch (PosixException e) when (e.Errno == Errno.ECONNRESET)
        {
            return 0;
        }
    }
}
