namespace VirtTools.CommandLine.Output;

/// <summary>The command's own output could not be written, such as to a full disk.</summary>
internal class OutputFailedException(string message) : IOException(message)
{
    /// <summary>The failure of our output behind an exception: the handle wraps what a stream throws during a download.</summary>
    public static OutputFailedException? Behind(Exception failure) => failure as OutputFailedException ?? failure.InnerException as OutputFailedException;
}
