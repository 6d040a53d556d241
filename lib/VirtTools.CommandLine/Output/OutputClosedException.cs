namespace VirtTools.CommandLine.Output;

/// <summary>Nobody reads the output any more (EPIPE), as with <c>| head -1</c>: the command ends without a word.</summary>
internal sealed class OutputClosedException() : OutputFailedException("the reader of the output has gone");
