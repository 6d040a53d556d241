using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.Tests.Commands;

/// <summary>What a job writes, as text.</summary>
internal sealed class CapturedStreams
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    public CapturedStreams(string program) => Streams = new(program, _output, _error);

    public CommandStreams Streams { get; }

    public string Output => ByteString.GetString(_output.ToArray());

    public string Error => ByteString.GetString(_error.ToArray());
}
