using Microsoft.Win32.SafeHandles;

namespace VirtTools.Posix;

internal sealed partial class ChildProcess
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Runs a program to its end. <paramref name="argv"/> starts with the program: a path, or a name that is looked up on PATH.</summary>
    /// <exception cref="PosixException">It could not be started: ENOENT where there is no such program.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program has been killed.</exception>
    public static CompletedProcess Run(IReadOnlyList<string> argv, RunOptions options, CancellationToken cancellationToken = default)
    {
        var program = ProgramPath.Find(argv[0], options.Environment) ?? throw new PosixException(Posix.Errno.ENOENT, argv[0]);
        var output = Descriptors.CreatePipe();
        var error = Descriptors.CreatePipe();
        var input = options.Input is null ? (Pipe?)null : Descriptors.CreatePipe();
        try
        {
            List<InheritedDescriptor> mapped = [new(output.Writer, 1), new(error.Writer, 2), .. options.Descriptors];
            if (input is { } given)
            {
                mapped.Add(new(given.Reader, 0));
            }

            using var child = Start(program, argv, new()
            {
                Descriptors = mapped,
                Environment = options.Environment,
                WorkingDirectory = options.WorkingDirectory,
                OwnProcessGroup = options.OwnProcessGroup,
            });
            output.Writer.Dispose();
            error.Writer.Dispose();
            input?.Reader.Dispose();

            using var registration = cancellationToken.Register(() => child.Kill());
            var completed = new Exchange(child, output.Reader, error.Reader, input?.Writer, options).Complete();
            cancellationToken.ThrowIfCancellationRequested();
            return completed;
        }
        finally
        {
            Close(output);
            Close(error);
            if (input is { } given)
            {
                Close(given);
            }
        }

        static void Close(Pipe pipe)
        {
            pipe.Reader.Dispose();
            pipe.Writer.Dispose();
        }
    }

    /// <summary><see cref="Run"/> on a thread of its own.</summary>
    /// <exception cref="PosixException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program has been killed.</exception>
    public static Task<CompletedProcess> RunAsync(
        IReadOnlyList<string> argv, RunOptions options, CancellationToken cancellationToken = default) =>
        DedicatedThread.Run(argv[0], () => Run(argv, options, cancellationToken));

    // Feeds and drains the child until it has ended. A grandchild may keep the pipes open after that: what is there by then is all.
    private sealed class Exchange(
        ChildProcess child, SafeFileHandle output, SafeFileHandle error, SafeFileHandle? input, RunOptions options)
    {
        private readonly byte[] block = new byte[BlockSize];
        private readonly MemoryStream collected = new();
        private readonly TailBuffer complaint = new(options.MaxError);
        private ReadOnlyMemory<byte> toWrite = options.Input ?? default;
        private RunEnd end = RunEnd.Finished;

        public CompletedProcess Complete()
        {
            long? deadline = options.Deadline is { } limit ? Environment.TickCount64 + (long)limit.TotalMilliseconds : null;
            Descriptors.SetNonBlocking(output, true);
            Descriptors.SetNonBlocking(error, true);
            if (input is not null)
            {
                Descriptors.SetNonBlocking(input, true);
                if (toWrite.IsEmpty)
                {
                    input.Dispose();
                }
            }

            while (child.Exit is null)
            {
                if (Wait(deadline) == 0)
                {
                    Stop(RunEnd.TooLate);
                    deadline = null;
                }

                Drain();
                Feed();
            }

            Drain();
            return new(child.Exit!.Value, end, collected.ToArray(), complaint.ToArray());
        }

        private int Wait(long? deadline)
        {
            using var exit = new HandleUse(child.pidfd);
            Span<PollEntry> entries =
            [
                new(exit.Number, PollEvents.Readable),
                new(Number(output), PollEvents.Readable),
                new(Number(error), PollEvents.Readable),
                new(Number(input), PollEvents.Writable),
            ];
            return Poll.Wait(entries, deadline);
        }

        // Nobody else knows these handles, so their numbers cannot change hands; a closed one is skipped by poll.
        private static int Number(SafeFileHandle? handle) =>
            handle is null || handle.IsClosed ? -1 : (int)handle.DangerousGetHandle();

        private void Drain()
        {
            while (ReadFrom(output) is { Length: > 0 } bytes)
            {
                var room = options.MaxOutput - (int)collected.Length;
                collected.Write(bytes[..Math.Min(room, bytes.Length)]);
                if (bytes.Length > room)
                {
                    Stop(RunEnd.TooMuchOutput);
                    output.Dispose();
                }
            }

            // Bounded, since a program that floods its standard error would keep us here.
            for (var i = 0; i < 16 && ReadFrom(error) is { Length: > 0 } bytes; i++)
            {
                complaint.Add(bytes);
            }
        }

        private ReadOnlySpan<byte> ReadFrom(SafeFileHandle handle)
        {
            if (handle.IsClosed)
            {
                return default;
            }

            var count = Descriptors.Read(handle, block);
            if (count == 0)
            {
                handle.Dispose();
            }

            return block.AsSpan(0, count ?? 0);
        }

        private void Feed()
        {
            if (input is null || input.IsClosed)
            {
                return;
            }

            try
            {
                toWrite = toWrite[(Descriptors.Write(input, toWrite.Span) ?? 0)..];
            }
            catch (PosixException e) when (e.Errno == Posix.Errno.EPIPE)
            {
                toWrite = default;
            }

            if (toWrite.IsEmpty)
            {
                input.Dispose();
            }
        }

        private void Stop(RunEnd reason)
        {
            if (end == RunEnd.Finished)
            {
                end = reason;
                child.Kill();
            }
        }
    }
}
