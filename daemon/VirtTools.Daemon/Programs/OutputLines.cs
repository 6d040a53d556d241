namespace VirtTools.Daemon.Programs;

/// <summary>What a program printed, by lines.</summary>
internal static class OutputLines
{
    /// <summary>The lines without their ends; a line end at the very end starts no line.</summary>
    public static string[] Split(string output) =>
        output.Length == 0 ? [] : (output.EndsWith('\n') ? output[..^1] : output).Split('\n');
}
