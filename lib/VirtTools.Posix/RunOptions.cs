namespace VirtTools.Posix;

/// <summary>Bounds and surroundings of a program that is run to its end.</summary>
internal sealed record RunOptions
{
    /// <summary>More bytes than this on standard output end the program.</summary>
    public int MaxOutput { get; init; } = 4 * 1024 * 1024;

    /// <summary>Of standard error the last so many bytes are kept.</summary>
    public int MaxError { get; init; } = 64 * 1024;

    /// <summary>How long it may run; null is for ever.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>What it reads from standard input; null is /dev/null.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>The whole environment as NAME=value; null hands ours on.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>The folder in which it starts; null is ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>See <see cref="SpawnOptions.OwnProcessGroup"/>.</summary>
    public bool OwnProcessGroup { get; init; }

    /// <summary>Further descriptors of the child; 1 and 2 are taken, and 0 where there is an <see cref="Input"/>.</summary>
    public IReadOnlyList<InheritedDescriptor> Descriptors { get; init; } = [];
}

/// <summary>Why a run ended.</summary>
internal enum RunEnd
{
    /// <summary>By itself.</summary>
    Finished,

    /// <summary>Killed: it wrote more than <see cref="RunOptions.MaxOutput"/>.</summary>
    TooMuchOutput,

    /// <summary>Killed: it ran longer than <see cref="RunOptions.Deadline"/>.</summary>
    TooLate,
}

/// <summary>A program that has ended, and what it said.</summary>
internal sealed record CompletedProcess(ExitStatus Exit, RunEnd End, byte[] Output, byte[] Error)
{
    /// <summary>Ended by itself with status 0.</summary>
    public bool IsSuccess => End == RunEnd.Finished && Exit.IsSuccess;

    /// <summary>Standard output as a string, without loss.</summary>
    public string OutputText => ByteString.GetString(Output);

    /// <summary>Standard error as a string, without loss and without the line end.</summary>
    public string ErrorText => ByteString.GetString(Error).TrimEnd();

    /// <summary>How it ended, such as <c>exited with status 1</c> or <c>ran too long and was killed</c>.</summary>
    public string Ending => End switch
    {
        RunEnd.TooMuchOutput => "wrote too much and was killed",
        RunEnd.TooLate => "ran too long and was killed",
        _ => Exit.ToString(),
    };
}
