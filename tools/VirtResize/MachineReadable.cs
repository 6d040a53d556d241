using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>What <c>--machine-readable</c> writes for programs, and where: the same as the original, whose readers it is for.</summary>
/// <param name="target">Where it goes.</param>
/// <param name="isOutput">Whether that is standard output.</param>
internal sealed class MachineReadable(Stream target, bool isOutput)
{
    private const string Option = "--machine-readable";

    /// <summary>Whether it shares standard output with what is for people.</summary>
    public bool IsOutput => isOutput;

    /// <summary>Opens what the option names.</summary>
    /// <param name="format">Its argument: <c>fd:N</c>, <c>file:PATH</c>, <c>stream:stdout</c>, <c>stream:stderr</c>; null for standard output.</param>
    /// <param name="streams">The command's own.</param>
    /// <exception cref="PosixException">The file cannot be made.</exception>
    public static MachineReadable Open(string? format, CommandStreams streams) => Split(format) switch
    {
        ("fd", var number) => new(new DescriptorStream(new SafeFileHandle(int.Parse(number, CultureInfo.InvariantCulture), ownsHandle: false), $"{Option}={format}"), number == "1"),
        ("file", var path) => new(new DescriptorStream(Create(path), path), false),
        ("stream", "stderr") => new(streams.Error, false),
        _ => new(streams.Output, true),
    };

    /// <summary>Refuses an argument that names nothing to write to.</summary>
    /// <exception cref="UsageException">It is such a one.</exception>
    public static void Check(string? format)
    {
        switch (Split(format))
        {
            case ("fd", var number) when !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _):
                throw new UsageException($"invalid output fd for {Option}: {format}: fd:N is the number of an open file");
            case ("stream", not ("stdout" or "stderr")):
                throw new UsageException($"invalid output stream for {Option}: {format}: stream:stdout and stream:stderr exist");
            case null:
                throw new UsageException($"invalid format string for {Option}: {format}: use fd:N, file:PATH, stream:stdout or stream:stderr");
        }
    }

    /// <summary>Writes text as it is.</summary>
    public void Write(string text)
    {
        lock (target)
        {
            target.Write(ByteString.GetBytes(text));
            target.Flush();
        }
    }

    /// <summary>Writes a message as a line of JSON.</summary>
    /// <param name="type"><c>message</c> for a step, <c>info</c>, <c>warning</c> or <c>error</c>.</param>
    /// <param name="message">The message.</param>
    public void Tell(string type, string message)
    {
        var text = System.Text.Encoding.UTF8.GetString(ByteString.GetBytes(message));
        var time = DateTimeOffset.Now.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
        Write($$"""{ "message": "{{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}", "timestamp": "{{time}}", "type": "{{type}}" }""" + "\n");
    }

    private static (string Kind, string Place)? Split(string? format)
    {
        if (format is null)
        {
            return ("stream", "stdout");
        }

        var colon = format.IndexOf(':');
        return colon >= 0 && colon < format.Length - 1 && format[..colon] is "fd" or "file" or "stream" ? (format[..colon], format[(colon + 1)..]) : null;
    }

    private static SafeFileHandle Create(string path) =>
        Descriptors.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, 0x1B6 /* 0666, less umask */);
}
