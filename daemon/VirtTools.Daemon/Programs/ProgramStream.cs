using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Programs;

/// <summary>Programs whose input comes from the library, or whose output goes there, of any length.</summary>
internal static class ProgramStream
{
    private const int BlockSize = 64 * 1024;
    private const int MostError = 64 * 1024;

    /// <summary>Sends a program's standard output to the library.</summary>
    /// <exception cref="DaemonException">The program failed; the message holds its standard error.</exception>
    /// <exception cref="TransferCancelledException">The library asked to stop; the program has been killed.</exception>
    public static void Send(IReadOnlyList<string> argv, OutgoingFile target, StreamSurroundings surroundings)
    {
        var output = Descriptors.CreatePipe();
        var error = Descriptors.CreatePipe(OpenFlags.NonBlocking);
        using var outputReader = output.Reader;
        using var errorReader = error.Reader;
        using var child = Start(argv, surroundings, [new(output.Writer, 1), new(error.Writer, 2)]);
        output.Writer.Dispose();
        error.Writer.Dispose();

        var complaint = new TailBuffer(MostError);
        var block = new byte[BlockSize];
        while (true)
        {
            var ready = WaitFor(outputReader, PollEvents.Readable, errorReader);
            Drain(errorReader, complaint);
            if (!ready)
            {
                continue;
            }

            var count = Descriptors.Read(outputReader, block) ?? 0;
            if (count == 0)
            {
                break;
            }

            target.Write(block.AsSpan(0, count));
        }

        Finish(argv, child, errorReader, complaint);
    }

    /// <summary>Feeds what the library sends to a program's standard input.</summary>
    /// <exception cref="DaemonException">The program failed; the message holds its standard error.</exception>
    /// <exception cref="TransferCancelledException">The library gave up; the program has been killed.</exception>
    public static void Receive(IReadOnlyList<string> argv, IncomingFile source, StreamSurroundings surroundings)
    {
        var input = Descriptors.CreatePipe();
        var error = Descriptors.CreatePipe(OpenFlags.NonBlocking);
        using var inputWriter = input.Writer;
        using var errorReader = error.Reader;
        using var child = Start(argv, surroundings, [new(input.Reader, 0), new(error.Writer, 2)]);
        input.Reader.Dispose();
        error.Writer.Dispose();
        Descriptors.SetNonBlocking(inputWriter, true);

        var complaint = new TailBuffer(MostError);
        var open = true;
        for (var piece = source.Read(); !piece.IsEmpty; piece = source.Read())
        {
            open = open && Feed(inputWriter, piece, errorReader, complaint);
        }

        inputWriter.Dispose();
        Finish(argv, child, errorReader, complaint);
    }

    private static ChildProcess Start(IReadOnlyList<string> argv, StreamSurroundings surroundings, List<InheritedDescriptor> mapped)
    {
        var program = ProgramRunner.Find(argv[0]) ?? throw new DaemonException("ENOENT", $"{argv[0]}: the appliance has no such program");
        if (surroundings.Input is { } input)
        {
            mapped.Add(new(input, 0));
        }

        if (surroundings.Output is { } output)
        {
            mapped.Add(new(output, 1));
        }

        mapped.AddRange(surroundings.Files.Select((file, index) => new InheritedDescriptor(file, ProgramRunner.FirstInherited + index)));
        return ChildProcess.Start(program, argv, new()
        {
            Descriptors = mapped,
            Environment = ProgramRunner.CleanEnvironment,
            WorkingDirectory = surroundings.WorkingDirectory,
        });
    }

    // False once the program has closed its input: the rest is read from the library and thrown away, and its exit status tells why.
    private static bool Feed(SafeFileHandle input, ReadOnlySpan<byte> piece, SafeFileHandle error, TailBuffer complaint)
    {
        while (!piece.IsEmpty)
        {
            try
            {
                if (Descriptors.Write(input, piece) is { } count)
                {
                    piece = piece[count..];
                    continue;
                }
            }
            catch (PosixException e) when (e.Errno == Errno.EPIPE)
            {
                return false;
            }

            WaitFor(input, PollEvents.Writable, error);
            Drain(error, complaint);
        }

        return true;
    }

    private static void Finish(IReadOnlyList<string> argv, ChildProcess child, SafeFileHandle error, TailBuffer complaint)
    {
        ExitStatus? exit;
        while ((exit = child.WaitForExit(Environment.TickCount64 + 100)) is null)
        {
            Drain(error, complaint);
        }

        Drain(error, complaint);
        if (!exit.Value.IsSuccess)
        {
            ProgramRunner.Require(argv, new CompletedProcess(exit.Value, RunEnd.Finished, [], complaint.ToArray()));
        }
    }

    // Whether the first one is ready; something on standard error wakes too, since a program that cannot write there stops.
    private static bool WaitFor(SafeFileHandle stream, PollEvents wanted, SafeFileHandle error)
    {
        using var streamUse = new HandleUse(stream);
        using var errorUse = error.IsClosed ? default : new HandleUse(error);
        Span<PollEntry> entries = [new(streamUse.Number, wanted), new(error.IsClosed ? -1 : errorUse.Number, PollEvents.Readable)];
        Poll.Wait(entries, null);
        return entries[0].Happened != PollEvents.None;
    }

    private static void Drain(SafeFileHandle error, TailBuffer complaint)
    {
        Span<byte> block = stackalloc byte[4096];
        while (!error.IsClosed && Descriptors.Read(error, block) is { } count)
        {
            if (count == 0)
            {
                error.Dispose();
                return;
            }

            complaint.Add(block[..count]);
        }
    }
}

/// <summary>What a streaming program gets beside its arguments.</summary>
/// <param name="WorkingDirectory">The folder in which it starts; <see cref="ProgramRunner.InheritedPath"/> of a folder's descriptor.</param>
/// <param name="Files">Descriptors that it inherits.</param>
internal sealed record StreamSurroundings(string? WorkingDirectory, params SafeHandle[] Files)
{
    /// <summary>Its standard input, where that does not come from the library; null is nothing.</summary>
    public SafeHandle? Input { get; init; }

    /// <summary>Its standard output, where that does not go to the library; null is nothing.</summary>
    public SafeHandle? Output { get; init; }

    /// <summary>Starts in a folder of the guest, which is its first descriptor.</summary>
    public static StreamSurroundings In(SafeFileHandle folder) => new(ProgramRunner.InheritedPath(0), folder);
}
